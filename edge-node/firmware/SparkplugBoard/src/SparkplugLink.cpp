#include "SparkplugLink.h"

#include <avr/sleep.h>
#include <string.h>

const uint16_t SampleInterval = 100;
const uint16_t BeatInterval = 1000;
const uint16_t ReportAllInterval = 10000;

FloatTag SparkplugLink::addFloat(const __FlashStringHelper *name, float (*read)()) {
  SparkplugTag *const tag = add(name, SparkplugType::Float);
  if (tag) tag->read.real = read;
  return FloatTag(tag);
}

IntTag SparkplugLink::addInt(const __FlashStringHelper *name, int32_t (*read)()) {
  SparkplugTag *const tag = add(name, SparkplugType::Int32);
  if (tag) tag->read.int32 = read;
  return IntTag(tag);
}

BoolTag SparkplugLink::addBool(const __FlashStringHelper *name, bool (*read)()) {
  SparkplugTag *const tag = add(name, SparkplugType::Bool);
  if (tag) tag->read.boolean = read;
  return BoolTag(tag);
}

SparkplugTag *SparkplugLink::add(const __FlashStringHelper *name, SparkplugType type) {
  if (count_ == capacity_) {
    overfull_ = true;
    return nullptr;
  }
  SparkplugTag &tag = tags_[count_++];
  tag = SparkplugTag();
  tag.name = name;
  tag.type = type;
  return &tag;
}

void SparkplugLink::begin(Stream &port, const __FlashStringHelper *sketch, const __FlashStringHelper *version) {
  port_ = &port;
  sketch_ = sketch;
  version_ = version;
  cause_ = MCUSR;
  MCUSR = 0;  // the next start tells its own cause
  boot_ = identity_.countBoot();
  writer_.open(port);
  port.write('\n');  // ends the line in which a reset may have cut us off
  if (overfull_) port.println(F("SparkplugBoard<N>: more than N tags, the last ones are left out"));
  announce();
}

void SparkplugLink::loop() {
  reader_.poll(*port_);
  if (reader_.hasLine()) {
    if (char *const body = reader_.body()) {
      handle(body);
    } else {
      reader_.release();
    }
  }
  const uint32_t now = millis();
  if (now - sampledAt_ >= SampleInterval) {
    sampledAt_ = now;
    sample();
  }
  if (now - beatAt_ >= BeatInterval) {
    beatAt_ = now;
    beat();
  }
}

void SparkplugLink::idle() {
  set_sleep_mode(SLEEP_MODE_IDLE);
  sleep_mode();  // the timer behind millis() wakes it at least each 1.024 ms
}

// --- what the board says ---

void SparkplugLink::announce() {
  hello();
  writer_.restartCheck();
  for (uint8_t i = 0; i < count_; i++) describe(i);
  const uint16_t check = writer_.check();
  writer_.begin(F("END"));
  writer_.attribute(F("tags"), count_);
  writer_.attributeHex(F("check"), check);
  writer_.end();
  reportAll();
}

static const __FlashStringHelper *causeName(uint8_t flags) {
  if (flags & _BV(WDRF)) return F("watchdog");
  if (flags & _BV(PORF)) return F("power");
  if (flags & _BV(BORF)) return F("brownout");
  if (flags & _BV(EXTRF)) return F("reset");
  return F("unknown");  // a boot loader has taken the flags
}

void SparkplugLink::hello() {
  char id[SparkplugIdentity::MaxLength + 1] = "-";
  if (!identity_.read(id)) strcpy(id, "-");
  writer_.begin(F("HELLO"));
  writer_.attribute(F("proto"), 1UL);
  writer_.attribute(F("id"), id);
  writer_.attribute(F("sketch"), sketch_);
  writer_.attribute(F("version"), version_);
  writer_.attribute(F("tags"), count_);
  writer_.attribute(F("boot"), boot_);
  writer_.attribute(F("cause"), causeName(cause_));
  writer_.attribute(F("cmd"), lastCommand_);
  writer_.attribute(F("beat"), BeatInterval);
  writer_.attribute(F("up"), millis());
  writer_.end();
}

static const __FlashStringHelper *typeName(SparkplugType type) {
  switch (type) {
    case SparkplugType::Bool: return F("bool");
    case SparkplugType::Int32: return F("int32");
    case SparkplugType::Float: return F("float");
  }
  return F("unknown");
}

void SparkplugLink::describe(uint8_t index) {
  const SparkplugTag &tag = tags_[index];
  writer_.begin(F("TAG"));
  writer_.attribute(F("index"), index);
  writer_.attribute(F("name"), tag.name);
  writer_.attribute(F("type"), typeName(tag.type));
  writer_.attribute(F("access"), tag.writable() ? F("rw") : F("r"));
  if (tag.unit) writer_.attribute(F("unit"), tag.unit);
  if (tag.ranged) {
    attributeValue(F("low"), tag.type, tag.low);
    attributeValue(F("high"), tag.type, tag.high);
  }
  writer_.end();
}

void SparkplugLink::attributeValue(const __FlashStringHelper *key, SparkplugType type, SparkplugValue value) {
  char text[SparkplugTextSize];
  if (sparkplugFormat(type, value, text)) writer_.attribute(key, text);
}

void SparkplugLink::reading(const SparkplugTag &tag, SparkplugValue value) {
  char text[SparkplugTextSize];
  writer_.reading(tag.name, sparkplugFormat(tag.type, value, text) ? text : "!");
}

void SparkplugLink::reportAll() {
  reportedAllAt_ = millis();
  for (uint8_t i = 0; i < count_; i++) {
    tags_[i].pending = true;
    tags_[i].refresh();
  }
  report();
}

void SparkplugLink::report() {
  // The longest reading and the line's end: a blank, a name of 24, a colon, a value, and "*CRC" with its LF.
  const uint8_t full = SparkplugWriter::MaxLine - (1 + 24 + 1 + SparkplugTextSize + 6);
  bool open = false;
  for (uint8_t i = 0; i < count_; i++) {
    SparkplugTag &tag = tags_[i];
    if (!tag.pending) continue;
    if (open && writer_.length() > full) {
      writer_.end();
      open = false;
    }
    if (!open) {
      writer_.begin(F("DATA"));
      writer_.attribute(F("up"), millis());
      open = true;
    }
    reading(tag, tag.sent);
    tag.pending = false;
  }
  if (open) writer_.end();
}

void SparkplugLink::sample() {
  if (sampledAt_ - reportedAllAt_ >= ReportAllInterval) {
    reportAll();
    return;
  }
  for (uint8_t i = 0; i < count_; i++) tags_[i].refresh();
  report();
}

void SparkplugLink::beat() {
  writer_.begin(F("BEAT"));
  writer_.attribute(F("up"), millis());
  writer_.attribute(F("boot"), boot_);
  writer_.attribute(F("bad"), reader_.bad());
  writer_.attribute(F("unknown"), unknown_);
  writer_.end();
}
