// What the board knows of one tag, and the handles with which a sketch describes it.
#pragma once

#include <Arduino.h>

enum class SparkplugType : uint8_t { Bool, Int32, Float };

union SparkplugValue {
  bool boolean;
  int32_t int32;
  float real;
};

struct SparkplugTag {
  union Read {
    bool (*boolean)();
    int32_t (*int32)();
    float (*real)();
  };
  union Write {
    bool (*boolean)(bool);
    bool (*int32)(int32_t);
    bool (*real)(float);
    void (*any)();
  };

  const __FlashStringHelper *name;
  const __FlashStringHelper *unit;
  Read read;
  Write write;
  SparkplugValue low;
  SparkplugValue high;
  SparkplugValue deadband;
  SparkplugValue sent;  // the value that the edge node has
  SparkplugType type;
  bool ranged;
  bool pending;  // `sent` is news and goes into the next DATA

  bool writable() const { return write.any != nullptr; }

  SparkplugValue sample() const;

  // Takes a sample as the value to report, if it differs enough from the last one.
  void refresh();

  bool inRange(SparkplugValue value) const;

  // Hands a value to the sketch; false if the sketch refuses it.
  bool apply(SparkplugValue value) const;
};

// The handles below may be empty (too many tags for this board): then they do nothing, and begin() says so.

class FloatTag {
 public:
  explicit FloatTag(SparkplugTag *tag) : tag_(tag) {}
  FloatTag unit(const __FlashStringHelper *unit);
  // Values outside are refused before the sketch sees them.
  FloatTag range(float low, float high);
  // The smallest change worth a line.
  FloatTag deadband(float change);
  // The edge node may write this tag. `write` returns false to refuse.
  FloatTag writable(bool (*write)(float));

 private:
  SparkplugTag *tag_;
};

class IntTag {
 public:
  explicit IntTag(SparkplugTag *tag) : tag_(tag) {}
  IntTag unit(const __FlashStringHelper *unit);
  IntTag range(int32_t low, int32_t high);
  IntTag deadband(int32_t change);
  IntTag writable(bool (*write)(int32_t));

 private:
  SparkplugTag *tag_;
};

class BoolTag {
 public:
  explicit BoolTag(SparkplugTag *tag) : tag_(tag) {}
  BoolTag writable(bool (*write)(bool));

 private:
  SparkplugTag *tag_;
};
