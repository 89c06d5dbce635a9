#include "SparkplugReader.h"

#include "SparkplugCrc.h"

void SparkplugReader::poll(Stream &port) {
  while (!complete_ && port.available() > 0) accept(port.read());
}

void SparkplugReader::accept(char c) {
  if (c == '\r') return;
  if (c != '\n') {
    if (length_ < MaxLine - 1) {
      line_[length_++] = c;
    } else {
      overlong_ = true;
    }
    return;
  }
  if (overlong_) {
    bad_++;
    release();
    return;
  }
  complete_ = length_ > 0;
}

static int8_t hexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

static bool parseCrc(const char *text, uint16_t &crc) {
  crc = 0;
  for (uint8_t i = 0; i < 4; i++) {
    const int8_t digit = hexDigit(text[i]);
    if (digit < 0) return false;
    crc = crc << 4 | digit;
  }
  return true;
}

char *SparkplugReader::body() {
  const uint8_t end = length_ < 5 ? 0 : length_ - 5;
  uint16_t expected;
  uint16_t crc = SparkplugCrcStart;
  for (uint8_t i = 0; i < end; i++) crc = sparkplugCrc(crc, line_[i]);
  if (end == 0 || line_[end] != '*' || !parseCrc(line_ + end + 1, expected) || crc != expected) {
    bad_++;
    return nullptr;
  }
  line_[end] = '\0';
  return line_;
}

void SparkplugReader::release() {
  length_ = 0;
  overlong_ = false;
  complete_ = false;
}
