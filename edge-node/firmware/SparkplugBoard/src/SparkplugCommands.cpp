// What the edge node may ask of the board.

#include <string.h>

#include "SparkplugLink.h"

// The fields of a line, found in place.
struct SparkplugLink::Command {
  char *verb = nullptr;
  char *cmd = nullptr;
  char *id = nullptr;
  char *boot = nullptr;
  char *name = nullptr;  // of the one reading
  char *value = nullptr;
  bool malformed = false;

  explicit Command(char *body) {
    verb = strsep_P(&body, PSTR(" "));
    while (char *const field = strsep_P(&body, PSTR(" "))) take(field);
  }

 private:
  void take(char *field) {
    char *const split = strpbrk_P(field, PSTR("=:"));
    if (!split || split == field) {
      malformed = true;
      return;
    }
    const bool isReading = *split == ':';
    *split = '\0';
    if (isReading) {
      takeReading(field, split + 1);
    } else {
      takeAttribute(field, split + 1);
    }
  }

  void takeReading(char *field, char *text) {
    if (name) malformed = true;
    name = field;
    value = text;
  }

  // A key that is not known here belongs to a later version and does no harm.
  void takeAttribute(const char *key, char *text) {
    char **const place = !strcmp_P(key, PSTR("cmd"))    ? &cmd
                         : !strcmp_P(key, PSTR("id"))   ? &id
                         : !strcmp_P(key, PSTR("boot")) ? &boot
                                                        : nullptr;
    if (!place) return;
    if (*place) malformed = true;
    *place = text;
  }
};

void SparkplugLink::handle(char *body) {
  const Command command(body);
  if (!strcmp_P(command.verb, PSTR("HELLO?"))) {
    reader_.release();
    announce();
    return;
  }
  if (!strcmp_P(command.verb, PSTR("GET"))) {
    reader_.release();
    reportAll();
    return;
  }
  if (strcmp_P(command.verb, PSTR("SET")) && strcmp_P(command.verb, PSTR("ID"))) {
    reader_.release();
    unknown_++;
    return;
  }
  execute(command);
}

void SparkplugLink::execute(const Command &command) {
  uint16_t number = 0;
  if (!command.cmd || !sparkplugParseUInt16(command.cmd, number) || number == 0) {
    reader_.countBad();
    reader_.release();
    return;
  }
  if (number != lastCommand_) {
    lastCommand_ = number;
    lastAnswer_ = *command.verb == 'S' ? set(command) : assign(command);
  }
  reader_.release();
  answer();
}

SparkplugLink::Answer SparkplugLink::set(const Command &command) {
  if (command.malformed || !command.name) return Answer::Syntax;
  uint8_t index = 0;
  while (index < count_ && strcmp_P(command.name, reinterpret_cast<PGM_P>(tags_[index].name))) index++;
  if (index == count_) return Answer::UnknownTag;

  SparkplugTag &tag = tags_[index];
  SparkplugValue value;
  if (!tag.writable()) return Answer::ReadOnly;
  if (!sparkplugParse(tag.type, command.value, value)) return Answer::Type;
  if (!tag.inRange(value)) return Answer::Range;
  if (!tag.apply(value)) return Answer::Refused;

  lastTag_ = index;
  lastValue_ = tag.sent = tag.sample();  // the answer carries the news: no DATA repeats it
  tag.pending = false;
  return Answer::Set;
}

SparkplugLink::Answer SparkplugLink::assign(const Command &command) {
  uint16_t boot = 0;
  if (command.malformed || !command.id || !command.boot) return Answer::Syntax;
  if (!SparkplugIdentity::isValid(command.id)) return Answer::Syntax;
  if (!sparkplugParseUInt16(command.boot, boot)) return Answer::Syntax;
  if (boot != boot_) return Answer::Boot;
  return identity_.write(command.id) ? Answer::Id : Answer::Eeprom;
}

void SparkplugLink::answer() {
  const __FlashStringHelper *reason = nullptr;
  switch (lastAnswer_) {
    case Answer::None:
    case Answer::Set:
    case Answer::Id: break;
    case Answer::UnknownTag: reason = F("unknown-tag"); break;
    case Answer::ReadOnly: reason = F("read-only"); break;
    case Answer::Type: reason = F("type"); break;
    case Answer::Range: reason = F("range"); break;
    case Answer::Refused: reason = F("refused"); break;
    case Answer::Syntax: reason = F("syntax"); break;
    case Answer::Boot: reason = F("boot"); break;
    case Answer::Eeprom: reason = F("eeprom"); break;
  }
  writer_.begin(reason ? F("NAK") : F("ACK"));
  writer_.attribute(F("cmd"), lastCommand_);
  writer_.attribute(F("up"), millis());
  if (reason) writer_.attribute(F("reason"), reason);
  if (lastAnswer_ == Answer::Set) reading(tags_[lastTag_], lastValue_);
  if (lastAnswer_ == Answer::Id) {
    char id[SparkplugIdentity::MaxLength + 1];
    writer_.attribute(F("id"), identity_.read(id) ? id : "-");
  }
  writer_.end();
  if (lastAnswer_ == Answer::Id) announce();
}
