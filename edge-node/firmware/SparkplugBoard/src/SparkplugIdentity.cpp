#include "SparkplugIdentity.h"

#include <ctype.h>
#include <avr/eeprom.h>
#include <string.h>

#include "SparkplugCrc.h"

const uint8_t Magic0 = 0x5B;
const uint8_t Magic1 = 0x01;
const uint8_t LengthOffset = 2;
const uint8_t IdOffset = 3;
const uint8_t CrcOffset = IdOffset + SparkplugIdentity::MaxLength;
const uint8_t BootOffset = CrcOffset + 2;

uint16_t SparkplugIdentity::crc() const {
  uint16_t crc = SparkplugCrcStart;
  for (uint8_t i = 0; i < CrcOffset; i++) crc = sparkplugCrc(crc, eeprom_read_byte(byteAt(i)));
  return crc;
}

bool SparkplugIdentity::read(char *id) const {
  if (eeprom_read_byte(byteAt(0)) != Magic0 || eeprom_read_byte(byteAt(1)) != Magic1) return false;
  const uint8_t length = eeprom_read_byte(byteAt(LengthOffset));
  if (length == 0 || length > MaxLength) return false;
  if (crc() != eeprom_read_word((const uint16_t *)byteAt(CrcOffset))) return false;
  eeprom_read_block(id, byteAt(IdOffset), length);
  id[length] = '\0';
  return isValid(id);
}

bool SparkplugIdentity::write(const char *id) {
  const uint8_t length = strlen(id);
  eeprom_update_byte(byteAt(0), Magic0);
  eeprom_update_byte(byteAt(1), Magic1);
  eeprom_update_byte(byteAt(LengthOffset), length);
  for (uint8_t i = 0; i < MaxLength; i++) eeprom_update_byte(byteAt(IdOffset + i), i < length ? id[i] : 0);
  eeprom_update_word((uint16_t *)byteAt(CrcOffset), crc());

  char back[MaxLength + 1];
  return read(back) && strcmp(back, id) == 0;
}

bool SparkplugIdentity::isValid(const char *id) {
  const uint8_t length = strlen(id);
  if (length == 0 || length > MaxLength || strcmp(id, "-") == 0) return false;
  for (; *id; id++)
    if (!isalnum(*id) && *id != '.' && *id != '_' && *id != '-') return false;
  return true;
}

uint16_t SparkplugIdentity::countBoot() {
  uint16_t *const address = (uint16_t *)byteAt(BootOffset);
  const uint16_t boot = eeprom_read_word(address) + 1;  // an empty EEPROM reads 0xFFFF: the first start is number 0
  eeprom_update_word(address, boot);
  return boot;
}
