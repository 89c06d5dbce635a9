// The board's name and its number of starts, in EEPROM: the only things that outlive a reset.
//
//   0  1     2       3..25           26 27   28 29
//   magic    length  id, zero filled CRC     boot
//
// The CRC covers bytes 0..25. What fails its check is no identity: the board says `-` and gets a new one.
#pragma once

#include <Arduino.h>

class SparkplugIdentity {
 public:
  static const uint8_t MaxLength = 23;

  void at(uint16_t address) { address_ = address; }

  // Fills `id` (MaxLength + 1 bytes); false if there is none.
  bool read(char *id) const;

  // True if what was read back is what was written.
  bool write(const char *id);

  static bool isValid(const char *id);

  // Counts this start.
  uint16_t countBoot();

 private:
  uint8_t *byteAt(uint8_t offset) const { return (uint8_t *)(uintptr_t)(address_ + offset); }
  uint16_t crc() const;

  uint16_t address_ = 0;
};
