// Collects the bytes of one line from the edge node and checks its CRC.
#pragma once

#include <Arduino.h>

class SparkplugReader {
 public:
  // Takes what has arrived, up to the end of a line.
  void poll(Stream &port);

  bool hasLine() const { return complete_; }

  // The line without its CRC; null if it is damaged, which is counted. Good until release().
  char *body();

  void release();

  // Lines that were thrown away.
  uint16_t bad() const { return bad_; }
  void countBad() { bad_++; }

 private:
  static const uint8_t MaxLine = 60;  // with CRC and LF: an Uno's receive buffer holds 63

  void accept(char c);

  char line_[MaxLine];  // the LF's place takes the NUL
  uint8_t length_ = 0;
  bool overlong_ = false;
  bool complete_ = false;
  uint16_t bad_ = 0;
};
