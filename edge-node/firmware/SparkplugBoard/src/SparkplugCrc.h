// CRC-16/CCITT-FALSE: polynomial 0x1021, start 0xFFFF; "123456789" gives 0x29B1.
#pragma once

#include <stdint.h>
#include <util/crc16.h>

const uint16_t SparkplugCrcStart = 0xFFFF;

inline uint16_t sparkplugCrc(uint16_t crc, uint8_t byte) { return _crc_xmodem_update(crc, byte); }
