#include "SparkplugTag.h"

#include <math.h>

SparkplugValue SparkplugTag::sample() const {
  SparkplugValue value;
  switch (type) {
    case SparkplugType::Bool: value.boolean = read.boolean(); break;
    case SparkplugType::Int32: value.int32 = read.int32(); break;
    case SparkplugType::Float: value.real = read.real(); break;
  }
  return value;
}

// Infinity counts as no value, as NaN does: neither has a text on the wire.
static bool realChanged(float from, float to, float deadband) {
  if (!isfinite(from) || !isfinite(to)) return isfinite(from) != isfinite(to);
  return from != to && fabs(to - from) >= deadband;
}

static bool int32Changed(int32_t from, int32_t to, int32_t deadband) {
  // Unsigned: the distance between the two ends of the range does not fit an int32_t.
  const uint32_t distance = from < to ? (uint32_t)to - (uint32_t)from : (uint32_t)from - (uint32_t)to;
  return distance != 0 && distance >= (uint32_t)deadband;
}

void SparkplugTag::refresh() {
  const SparkplugValue now = sample();
  bool changed = false;
  switch (type) {
    case SparkplugType::Bool: changed = now.boolean != sent.boolean; break;
    case SparkplugType::Int32: changed = int32Changed(sent.int32, now.int32, deadband.int32); break;
    case SparkplugType::Float: changed = realChanged(sent.real, now.real, deadband.real); break;
  }
  if (!changed && !pending) return;
  sent = now;
  pending = true;
}

bool SparkplugTag::inRange(SparkplugValue value) const {
  if (!ranged) return true;
  if (type == SparkplugType::Int32) return value.int32 >= low.int32 && value.int32 <= high.int32;
  return value.real >= low.real && value.real <= high.real;
}

bool SparkplugTag::apply(SparkplugValue value) const {
  switch (type) {
    case SparkplugType::Bool: return write.boolean(value.boolean);
    case SparkplugType::Int32: return write.int32(value.int32);
    case SparkplugType::Float: return write.real(value.real);
  }
  return false;
}

FloatTag FloatTag::unit(const __FlashStringHelper *unit) {
  if (tag_) tag_->unit = unit;
  return *this;
}

FloatTag FloatTag::range(float low, float high) {
  if (!tag_) return *this;
  tag_->low.real = low;
  tag_->high.real = high;
  tag_->ranged = true;
  return *this;
}

FloatTag FloatTag::deadband(float change) {
  if (tag_) tag_->deadband.real = change;
  return *this;
}

FloatTag FloatTag::writable(bool (*write)(float)) {
  if (tag_) tag_->write.real = write;
  return *this;
}

IntTag IntTag::unit(const __FlashStringHelper *unit) {
  if (tag_) tag_->unit = unit;
  return *this;
}

IntTag IntTag::range(int32_t low, int32_t high) {
  if (!tag_) return *this;
  tag_->low.int32 = low;
  tag_->high.int32 = high;
  tag_->ranged = true;
  return *this;
}

IntTag IntTag::deadband(int32_t change) {
  if (tag_) tag_->deadband.int32 = change;
  return *this;
}

IntTag IntTag::writable(bool (*write)(int32_t)) {
  if (tag_) tag_->write.int32 = write;
  return *this;
}

BoolTag BoolTag::writable(bool (*write)(bool)) {
  if (tag_) tag_->write.boolean = write;
  return *this;
}
