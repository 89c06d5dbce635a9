// Temperature and humidity, an LED and a relay.
//
//   A0  TMP36 temperature sensor: 500 mV at 0 °C, 10 mV a degree
//   A1  humidity transmitter with a 0-5 V output: 0-100 % relative humidity
//   13  the LED on the board
//   7   relay module, on when high
#include <SparkplugBoard.h>

const uint8_t TemperaturePin = A0;
const uint8_t HumidityPin = A1;
const uint8_t LedPin = LED_BUILTIN;
const uint8_t RelayPin = 7;

SparkplugBoard<4> board;

// The mean of eight conversions. A conversion rounds down, so each is half a count short; one count is 4.9 mV.
float readMillivolts(uint8_t pin) {
  uint16_t sum = 4;
  for (uint8_t i = 0; i < 8; i++) sum += analogRead(pin);
  return sum * (5000.0f / 1024 / 8);
}

// Arduino's round() gives a whole number: the division must not.
float toTenths(float value) { return round(value * 10) / 10.0f; }

// Outside of -40..125 °C there is no TMP36 at the other end of the wire.
float readTemperature() {
  const float celsius = (readMillivolts(TemperaturePin) - 500) / 10;
  return celsius >= -40 && celsius <= 125 ? toTenths(celsius) : NAN;
}

float readHumidity() { return toTenths(readMillivolts(HumidityPin) / 50); }

bool switchPin(uint8_t pin, bool on) {
  digitalWrite(pin, on ? HIGH : LOW);
  return true;
}

void setup() {
  pinMode(LedPin, OUTPUT);
  pinMode(RelayPin, OUTPUT);
  Serial.begin(115200);

  board.addFloat(F("temperature"), readTemperature).unit(F("°C")).range(-40, 125).deadband(0.2);
  board.addFloat(F("humidity"), readHumidity).unit(F("%")).range(0, 100).deadband(0.5);
  board.addBool(F("led"), [] { return digitalRead(LedPin) == HIGH; }).writable([](bool on) { return switchPin(LedPin, on); });
  board.addBool(F("relay"), [] { return digitalRead(RelayPin) == HIGH; }).writable([](bool on) { return switchPin(RelayPin, on); });
  board.begin(Serial, F("climate"), F("1.0"));
}

void loop() {
  board.loop();
  board.idle();
}
