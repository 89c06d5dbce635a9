using EdgeNode.Devices;
using Sparkplug.Metrics;

namespace EdgeNode.Serial;

/// <summary>What happens on the serial ports, for one consumer. What one board does comes in order.</summary>
/// <param name="Port">The port's path.</param>
public abstract record SerialEvent(string Port)
{
    /// <summary>A port changed its state.</summary>
    public sealed record PortStateChanged(string Port, PortState State, string Why) : SerialEvent(Port);

    /// <summary>A board is there, or the one that is there restarted or has other tags than before.</summary>
    public sealed record BoardReady(string Port, BoardDescription Board) : SerialEvent(Port);

    /// <summary>A board that is ready gave values.</summary>
    public sealed record BoardReadings(string Port, BoardId Board, Timestamp At, IReadOnlyList<Reading> Readings) : SerialEvent(Port);

    /// <summary>A board that was ready is gone.</summary>
    public sealed record BoardLost(string Port, BoardId Board, string Reason) : SerialEvent(Port);

    /// <summary>What became of a command that a port had taken.</summary>
    public sealed record CommandDone(string Port, BoardCommand Command, CommandOutcome Outcome) : SerialEvent(Port);
}

/// <summary>One port as of now, for the <c>Ports</c> metric.</summary>
/// <param name="Path">The port's path.</param>
/// <param name="Device">The device behind it; empty while none is there.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Why">Why it stands there.</param>
/// <param name="Board">The board that is online on it.</param>
/// <param name="Counters">What was counted on it, and still is.</param>
public sealed record PortSnapshot(string Path, string Device, PortState State, string Why, BoardId? Board, LinkCounters Counters);
