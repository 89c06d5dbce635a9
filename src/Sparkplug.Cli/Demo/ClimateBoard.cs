using Sparkplug.Metrics;

namespace Sparkplug.Cli.Demo;

/// <summary>
/// The demo's sketch: a room's temperature and humidity that wander, an LED, and a relay behind which a heater warms the room, so
/// that a click in the browser has a consequence on the screen.
/// </summary>
/// <param name="random">Where the wandering comes from.</param>
public sealed class ClimateBoard(Random random)
{
    private const double RoomTemperature = 21;
    private const double HeatedTemperature = 30;
    private const double RoomHumidity = 48;

    // The share of the way to its goal that the room goes in one sample; some 20 seconds for most of it.
    private const double Inertia = 0.005;

    private double _temperature = RoomTemperature;
    private double _humidity = RoomHumidity;
    private bool _led;
    private bool _relay;

    /// <summary>The program; each look at the temperature moves the room on by one sample.</summary>
    public BoardProgram Program => new("climate", "1.0",
    [
        new EmulatedTag("temperature", DataType.Float, ReadTemperature)
            { Unit = "°C", Low = MetricValue.Float(-40), High = MetricValue.Float(125), Deadband = 0.05 },
        new EmulatedTag("humidity", DataType.Float, ReadHumidity)
            { Unit = "%", Low = MetricValue.Float(0), High = MetricValue.Float(100), Deadband = 0.2 },
        new EmulatedTag("led", DataType.Boolean, () => MetricValue.Boolean(_led)) { Write = value => Switch(out _led, value) },
        new EmulatedTag("relay", DataType.Boolean, () => MetricValue.Boolean(_relay)) { Write = value => Switch(out _relay, value) },
    ]);

    private MetricValue ReadTemperature()
    {
        var goal = _relay ? HeatedTemperature : RoomTemperature;
        _temperature += (goal - _temperature) * Inertia + Noise(0.03);
        return Rounded(_temperature);
    }

    private MetricValue ReadHumidity()
    {
        // Warm air is drier: the same water, more room for it.
        var goal = RoomHumidity - 2 * (_temperature - RoomTemperature);
        _humidity = Math.Clamp(_humidity + (goal - _humidity) * Inertia + Noise(0.08), 0, 100);
        return Rounded(_humidity);
    }

    private double Noise(double width) => (random.NextDouble() - 0.5) * width;

    // Two decimals are what a sensor of this kind gives.
    private static MetricValue Rounded(double value) => MetricValue.Float((float)Math.Round(value, 2));

    private static bool Switch(out bool output, MetricValue value)
    {
        output = value.AsBoolean();
        return true;
    }
}
