// Puts an Arduino's values on a Sparkplug network through its serial port. The wire is described in docs/serial-link.md.
//
//   SparkplugBoard<2> board;                     // room for two tags
//
//   void setup() {
//     Serial.begin(115200);
//     board.addFloat(F("temperature"), readTemperature).unit(F("°C")).range(-50, 150);
//     board.addBool(F("relay"), relayIsOn).writable(switchRelay);
//     board.begin(Serial, F("climate"), F("1.0"));
//   }
//
//   void loop() { board.loop(); }
#pragma once

#include "SparkplugLink.h"

// A board with room for `Capacity` tags. No heap: this object is all the memory there is.
template <uint8_t Capacity>
class SparkplugBoard : public SparkplugLink {
 public:
  SparkplugBoard() : SparkplugLink(storage_, Capacity) {}

 private:
  static_assert(Capacity >= 1 && Capacity <= 64, "a board has 1 to 64 tags");
  SparkplugTag storage_[Capacity];
};
