// The least there is: one analog input, reported when it changes by four counts.
#include <SparkplugBoard.h>

SparkplugBoard<1> board;

void setup() {
  Serial.begin(115200);
  board.addInt(F("level"), [] { return (int32_t)analogRead(A0); }).range(0, 1023).deadband(4);
  board.begin(Serial, F("minimal"), F("1.0"));
}

void loop() {
  board.loop();
  board.idle();
}
