#include "SparkplugWriter.h"

#include <stdlib.h>

#include "SparkplugCrc.h"

void SparkplugWriter::begin(const __FlashStringHelper *verb) {
  crc_ = SparkplugCrcStart;
  length_ = 0;
  hasFields_ = false;
  const uint16_t check = check_;  // verb and sequence do not describe anything
  put(verb);
  put(' ');
  putNumber(seq_++);
  check_ = check;
}

void SparkplugWriter::attribute(const __FlashStringHelper *name, const __FlashStringHelper *text) {
  key(name);
  putEscaped(text);
}

void SparkplugWriter::attribute(const __FlashStringHelper *name, const char *text) {
  key(name);
  put(text);
}

void SparkplugWriter::attribute(const __FlashStringHelper *name, uint32_t number) {
  key(name);
  putNumber(number);
}

void SparkplugWriter::attributeHex(const __FlashStringHelper *name, uint16_t number) {
  key(name);
  putHex(number);
}

void SparkplugWriter::reading(const __FlashStringHelper *name, const char *text) {
  separate();
  put(name);
  put(':');
  put(text);
}

void SparkplugWriter::end() {
  const uint16_t crc = crc_;
  const uint16_t check = check_;
  put('*');
  putHex(crc);
  put('\n');
  check_ = sparkplugCrc(check, '\n');
}

void SparkplugWriter::restartCheck() { check_ = SparkplugCrcStart; }

void SparkplugWriter::key(const __FlashStringHelper *key) {
  separate();
  put(key);
  put('=');
}

void SparkplugWriter::separate() {
  const uint16_t check = check_;
  put(' ');
  if (!hasFields_) check_ = check;
  hasFields_ = true;
}

// Empties the receive buffer with each byte that goes out: a long answer must not cost a command that comes meanwhile.
void SparkplugWriter::put(char c) {
  reader_.poll(*port_);
  port_->write(c);
  crc_ = sparkplugCrc(crc_, c);
  check_ = sparkplugCrc(check_, c);
  length_++;
}

void SparkplugWriter::put(const char *text) {
  for (; *text; text++) put(*text);
}

void SparkplugWriter::put(const __FlashStringHelper *text) {
  PGM_P at = reinterpret_cast<PGM_P>(text);
  while (const char c = pgm_read_byte(at++)) put(c);
}

void SparkplugWriter::putHex(uint16_t number) {
  putHex((uint8_t)(number >> 8));
  putHex((uint8_t)number);
}

void SparkplugWriter::putHex(uint8_t byte) {
  for (int8_t shift = 4; shift >= 0; shift -= 4) {
    const uint8_t digit = byte >> shift & 0xF;
    put((char)(digit < 10 ? '0' + digit : 'A' + digit - 10));
  }
}

void SparkplugWriter::putNumber(uint32_t number) {
  char text[11];
  put(ultoa(number, text, 10));
}

// Spaces, stars, backslashes and controls would break the line apart.
void SparkplugWriter::putEscaped(const __FlashStringHelper *text) {
  PGM_P at = reinterpret_cast<PGM_P>(text);
  while (const uint8_t c = pgm_read_byte(at++)) {
    if (c > ' ' && c != '*' && c != '\\' && c != 0x7F) {
      put((char)c);
      continue;
    }
    put('\\');
    putHex(c);
  }
}
