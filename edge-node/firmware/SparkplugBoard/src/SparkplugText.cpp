#include "SparkplugText.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

// An AVR's float formatter yields seven significant digits, no more.
const uint8_t SignificantDigits = 7;

static uint8_t decimalsFor(float magnitude) {
  uint8_t decimals = SignificantDigits - 1;
  for (float limit = 10; decimals > 0 && magnitude >= limit; limit *= 10) decimals--;
  for (float limit = 1; magnitude != 0 && magnitude < limit; limit /= 10) decimals++;
  return decimals;
}

// "25.500000" becomes "25.5", "1.500000e+09" becomes "1.5e+09".
static void stripZeros(char *text) {
  if (!strchr(text, '.')) return;
  char *end = strchr(text, 'e');
  if (!end) end = text + strlen(text);
  char *last = end;
  while (last[-1] == '0') last--;
  if (last[-1] == '.') last--;
  memmove(last, end, strlen(end) + 1);
}

static void formatReal(float value, char *text) {
  const float magnitude = fabs(value);
  if (magnitude != 0 && (magnitude < 0.0001f || magnitude >= 1e7f)) {
    dtostre(value, text, SignificantDigits - 1, 0);
  } else {
    dtostrf(value, 1, decimalsFor(magnitude), text);
  }
  stripZeros(text);
}

bool sparkplugFormat(SparkplugType type, SparkplugValue value, char *text) {
  switch (type) {
    case SparkplugType::Bool: strcpy(text, value.boolean ? "1" : "0"); return true;
    case SparkplugType::Int32: ltoa(value.int32, text, 10); return true;
    case SparkplugType::Float:
      if (!isfinite(value.real)) return false;
      formatReal(value.real, text);
      return true;
  }
  return false;
}

// The C library also takes leading blanks, a plus sign and words: the wire does not.
static bool startsLikeNumber(const char *text) {
  if (*text == '-') text++;
  return *text >= '0' && *text <= '9';
}

bool sparkplugParse(SparkplugType type, const char *text, SparkplugValue &value) {
  if (!startsLikeNumber(text)) return false;
  char *end;
  switch (type) {
    case SparkplugType::Bool:
      value.boolean = *text == '1';
      return (*text == '0' || *text == '1') && text[1] == '\0';
    case SparkplugType::Int32:
      errno = 0;
      value.int32 = strtol(text, &end, 10);
      return *end == '\0' && errno == 0;
    case SparkplugType::Float:
      value.real = strtod(text, &end);
      return *end == '\0' && isfinite(value.real);
  }
  return false;
}

bool sparkplugParseUInt16(const char *text, uint16_t &value) {
  if (*text == '\0') return false;
  uint32_t sum = 0;
  for (; *text; text++) {
    if (*text < '0' || *text > '9') return false;
    sum = sum * 10 + (uint8_t)(*text - '0');
    if (sum > 65535) return false;
  }
  value = sum;
  return true;
}
