// Values as text, both ways (docs/serial-link.md, section 4).
#pragma once

#include "SparkplugTag.h"

// The longest text of a value, with its NUL.
const uint8_t SparkplugTextSize = 17;

// False if the value has no text: NaN and infinity.
bool sparkplugFormat(SparkplugType type, SparkplugValue value, char *text);

// False if the text is no value of the type.
bool sparkplugParse(SparkplugType type, const char *text, SparkplugValue &value);

// Decimal digits only, at most 65535.
bool sparkplugParseUInt16(const char *text, uint16_t &value);
