// The board's side of the link: announces itself, reports what changes, carries out commands.
#pragma once

#include <Arduino.h>

#include "SparkplugIdentity.h"
#include "SparkplugReader.h"
#include "SparkplugTag.h"
#include "SparkplugText.h"
#include "SparkplugWriter.h"

class SparkplugLink {
 public:
  SparkplugLink(SparkplugTag *tags, uint8_t capacity) : writer_(reader_), tags_(tags), capacity_(capacity) {}

  // Names: up to 24 of A-Z a-z 0-9 _ - . / and each only once. `read` may be a lambda without captures: [] { return level; }
  // A float that is NaN says that there is no value, such as from a sensor that is not there.
  FloatTag addFloat(const __FlashStringHelper *name, float (*read)());
  IntTag addInt(const __FlashStringHelper *name, int32_t (*read)());
  BoolTag addBool(const __FlashStringHelper *name, bool (*read)());

  // Where the identity lives: 30 bytes from `address` on. Call it before begin() if the sketch uses EEPROM itself.
  void eepromAt(uint16_t address) { identity_.at(address); }

  // Once, after all tags are added and the port is open at 115200 baud. `sketch` up to 24 bytes, `version` up to 12.
  void begin(Stream &port, const __FlashStringHelper *sketch, const __FlashStringHelper *version);

  // As often as possible.
  void loop();

  // Sleeps until the next interrupt, a millisecond at most: the last line of a sketch's loop(), if it has nothing else to do.
  static void idle();

 private:
  struct Command;
  enum class Answer : uint8_t { None, Set, Id, UnknownTag, ReadOnly, Type, Range, Refused, Syntax, Boot, Eeprom };

  SparkplugTag *add(const __FlashStringHelper *name, SparkplugType type);
  void handle(char *body);
  void execute(const Command &command);
  Answer set(const Command &command);
  Answer assign(const Command &command);
  void answer();
  void announce();
  void describe(uint8_t index);
  void hello();
  void report();
  void reportAll();
  void beat();
  void sample();
  void attributeValue(const __FlashStringHelper *key, SparkplugType type, SparkplugValue value);
  void reading(const SparkplugTag &tag, SparkplugValue value);

  SparkplugReader reader_;
  SparkplugWriter writer_;
  SparkplugIdentity identity_;
  SparkplugTag *const tags_;
  const uint8_t capacity_;
  uint8_t count_ = 0;
  bool overfull_ = false;
  uint8_t cause_ = 0;
  uint16_t boot_ = 0;
  uint16_t unknown_ = 0;
  Stream *port_ = nullptr;
  const __FlashStringHelper *sketch_ = nullptr;
  const __FlashStringHelper *version_ = nullptr;
  uint32_t sampledAt_ = 0;
  uint32_t reportedAllAt_ = 0;
  uint32_t beatAt_ = 0;

  // The last command and what was answered: the same command again gets the same answer and does nothing.
  uint16_t lastCommand_ = 0;
  Answer lastAnswer_ = Answer::None;
  uint8_t lastTag_ = 0;
  SparkplugValue lastValue_ = {};
};
