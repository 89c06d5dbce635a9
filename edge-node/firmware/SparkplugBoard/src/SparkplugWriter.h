// Writes one line to the edge node: verb, sequence, fields, CRC. Nothing is buffered here: bytes go to the port as they are made.
#pragma once

#include <Arduino.h>

#include "SparkplugReader.h"

class SparkplugWriter {
 public:
  // The longest line, with CRC and LF.
  static const uint8_t MaxLine = 200;

  explicit SparkplugWriter(SparkplugReader &reader) : reader_(reader) {}

  void open(Stream &port) { port_ = &port; }

  void begin(const __FlashStringHelper *verb);
  void attribute(const __FlashStringHelper *key, const __FlashStringHelper *text);
  void attribute(const __FlashStringHelper *key, const char *text);
  void attribute(const __FlashStringHelper *key, uint32_t number);
  void attributeHex(const __FlashStringHelper *key, uint16_t number);
  void reading(const __FlashStringHelper *name, const char *text);
  void end();

  // Bytes of the open line that are out.
  uint8_t length() const { return length_; }

  // CRC over the fields of all lines since the last restart: what END calls `check`.
  uint16_t check() const { return check_; }
  void restartCheck();

 private:
  void put(char c);
  void put(const char *text);
  void put(const __FlashStringHelper *text);
  void putHex(uint16_t number);
  void putHex(uint8_t byte);
  void putNumber(uint32_t number);
  void putEscaped(const __FlashStringHelper *text);
  void separate();
  void key(const __FlashStringHelper *key);

  SparkplugReader &reader_;
  Stream *port_ = nullptr;
  uint16_t seq_ = 0;
  uint16_t crc_ = 0;
  uint16_t check_ = 0;
  uint8_t length_ = 0;
  bool hasFields_ = false;
};
