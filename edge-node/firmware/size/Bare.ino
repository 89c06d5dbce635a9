// What a sketch costs that does the same as Minimal.ino without the library: the line that `make size` measures from.
#include <Arduino.h>
#include <avr/sleep.h>

void setup() { Serial.begin(115200); }

void loop() {
  static uint32_t at;
  if (Serial.available()) Serial.read();
  if (millis() - at < 100) return;
  at = millis();
  Serial.write(analogRead(A0));
  set_sleep_mode(SLEEP_MODE_IDLE);
  sleep_mode();
}
