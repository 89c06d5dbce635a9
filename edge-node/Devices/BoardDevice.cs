using System.Globalization;
using EdgeNode.Serial;
using Sparkplug.Edge;
using Sparkplug.Metrics;

namespace EdgeNode.Devices;

/// <summary>
/// A board as a Sparkplug Device, with no mapping written by anyone: its tags become metrics with the properties
/// engUnit, engLow, engHigh and readOnly, beside <c>Properties/…</c> of its sketch, <c>Link/…</c> of its cable and <c>Command/Result</c>.
/// </summary>
internal static class BoardDevice
{
    private const string SketchName = "Properties/Sketch", SketchVersion = "Properties/Sketch Version",
        BootCount = "Properties/Boot Count", BootCause = "Properties/Boot Cause",
        LinkPort = "Link/Port", LinkFrames = "Link/Frames", LinkCrcErrors = "Link/CRC Errors", LinkLost = "Link/Lost Frames", LinkResets = "Link/Resets";

    /// <summary>What the names of our own metrics begin with; a board's tag may not.</summary>
    private static readonly string[] OwnPrefixes = ["Properties/", "Link/", "Command/"];

    /// <summary>True when a tag's name would hide a metric of ours, so that the tag is left out.</summary>
    public static bool IsReserved(string tag) => OwnPrefixes.Any(prefix => tag.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>The Device with the values that are known; a tag without a reading is null and STALE.</summary>
    public static EdgeDevice Describe(BoardDescription board, IReadOnlyDictionary<string, Sample> known, BoardCable cable, MetricValue? lastResult) =>
        new(board.Id.Value, [
            .. board.Tags.Where(tag => !IsReserved(tag.Name)).Select(tag => Describe(tag, known)),
            Own(SketchName, MetricValue.String(board.Sketch)),
            Own(SketchVersion, MetricValue.String(board.Version)),
            Own(BootCount, MetricValue.UInt16(board.Boot)),
            Own(BootCause, MetricValue.String(board.Cause.ToString())),
            .. Values(cable).Select(item => Own(item.Name, item.Value)),
            lastResult is { } result ? CommandResult.Metric with { Value = result } : CommandResult.Metric,
        ]);

    /// <summary>Readings as samples; a fault of a sensor is a null of bad quality.</summary>
    public static IEnumerable<Sample> Samples(IReadOnlyList<Reading> readings, Timestamp at) =>
        readings.Where(reading => !IsReserved(reading.Name))
            .Select(reading => new Sample(reading.Name, reading.Value, at, reading.IsGood ? Quality.Good : Quality.Bad));

    /// <summary>The figures of the cable as samples.</summary>
    public static IReadOnlyList<Sample> Samples(BoardCable cable, Timestamp now) =>
        [.. Values(cable).Select(item => new Sample(item.Name, item.Value, now))];

    private static EdgeMetric Describe(BoardTag tag, IReadOnlyDictionary<string, Sample> known)
    {
        var sample = known.TryGetValue(tag.Name, out var found) ? found : (Sample?)null;
        return new EdgeMetric
        {
            Name = tag.Name,
            DataType = tag.Type,
            IsWritable = tag.IsWritable,
            Properties = Properties(tag),
            Value = sample?.Value ?? MetricValue.Null(tag.Type),
            Quality = sample?.Quality ?? Quality.Stale,
            Timestamp = sample?.Timestamp,
        };
    }

    private static PropertySet Properties(BoardTag tag)
    {
        List<KeyValuePair<string, MetricValue>> properties = [];
        if (tag.Unit is { } unit) properties.Add(new("engUnit", MetricValue.String(unit)));
        AddBound("engLow", tag.Low);
        AddBound("engHigh", tag.High);
        properties.Add(new("readOnly", MetricValue.Boolean(!tag.IsWritable)));
        return new PropertySet(properties);

        void AddBound(string key, MetricValue bound)
        {
            // A Float is told as its own decimal text says it: 0.1, not 0.10000000149.
            if (bound.TryGetNumber(out var number))
                properties.Add(new(key, MetricValue.Double(bound.Type == DataType.Float
                    ? double.Parse(bound.AsSingle().ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture)
                    : number)));
        }
    }

    private static IEnumerable<(string Name, MetricValue Value)> Values(BoardCable cable) =>
    [
        (LinkPort, MetricValue.String(cable.Port)),
        (LinkFrames, MetricValue.Int64(cable.Counters.Frames)),
        (LinkCrcErrors, MetricValue.Int64(cable.Counters.Crc)),
        (LinkLost, MetricValue.Int64(cable.Counters.Lost)),
        (LinkResets, MetricValue.Int64(cable.Counters.Resets)),
    ];

    private static EdgeMetric Own(string name, MetricValue value) => new()
    {
        Name = name,
        DataType = value.Type,
        Properties = new PropertySet([new("readOnly", MetricValue.Boolean(true))]),
        Value = value,
    };
}

/// <summary>Where a board hangs.</summary>
/// <param name="Port">The port's path.</param>
/// <param name="Counters">What was counted there.</param>
internal readonly record struct BoardCable(string Port, LinkCounters Counters);
