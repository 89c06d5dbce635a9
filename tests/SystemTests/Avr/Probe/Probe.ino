// Eight tags of every kind, for the tests of the library.
#include <SparkplugBoard.h>

SparkplugBoard<8> board;

float anyFloat = 0;
int32_t anyInt = 0;
float limitedFloat = 1.5;
int32_t limitedInt = 5;
bool flag = false;
int32_t writes = 0;

void setup() {
  Serial.begin(115200);
  board.addFloat(F("any/float"), [] { return anyFloat; }).writable([](float value) { anyFloat = value; writes++; return true; });
  board.addInt(F("any/int"), [] { return anyInt; }).writable([](int32_t value) { anyInt = value; writes++; return true; });
  board.addFloat(F("limited.float"), [] { return limitedFloat; }).unit(F("m * \\")).range(-1.5, 1e10)
      .writable([](float value) { limitedFloat = value; writes++; return true; });
  board.addInt(F("limited.int"), [] { return limitedInt; }).range(-2147483647L - 1, 10)
      .writable([](int32_t value) { limitedInt = value; writes++; return true; });
  board.addBool(F("flag"), [] { return flag; }).writable([](bool value) { flag = value; writes++; return true; });
  board.addBool(F("stubborn"), [] { return false; }).writable([](bool) { return false; });
  board.addFloat(F("a-name-of-24-characters."), [] { return (float)INFINITY; }).unit(F("sixteen-bytes-xx"));
  board.addInt(F("writes"), [] { return writes; });
  board.addBool(F("one-too-many"), [] { return true; });
  board.begin(Serial, F("a probe *"), F("1.0-rc.1+b12"));
}

void loop() {
  board.loop();
  board.idle();
}
