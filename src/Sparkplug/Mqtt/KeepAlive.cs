namespace Sparkplug.Mqtt;

/// <summary>What the silence on a connection asks for.</summary>
internal enum KeepAliveVerdict
{
    /// <summary>Nothing.</summary>
    Fine,

    /// <summary>A PINGREQ (MQTT-3.1.2-20).</summary>
    Ping,

    /// <summary>The other side is gone, though TCP has not noticed.</summary>
    Dead,
}

/// <summary>
/// Finds half-open connections: after half of the keep-alive time without a packet in either direction a PINGREQ is due; when nothing
/// comes in for another half, the server is gone. Written by the send and receive loops, judged by one other.
/// </summary>
internal sealed class KeepAlive(TimeSpan longest, TimeProvider clock)
{
    private long _lastSent = clock.GetTimestamp();
    private long _lastReceived = clock.GetTimestamp();
    private long? _pinged;
    private volatile bool _isListening = true;

    /// <summary>The keep-alive time; the server may shorten or lengthen it in its CONNACK (MQTT-3.1.2-21).</summary>
    public TimeSpan Longest { get; set; } = longest;

    /// <summary>How often to check.</summary>
    public TimeSpan Period => TimeSpan.FromTicks(Math.Min(TimeSpan.TicksPerSecond / 2, Longest.Ticks / 8));

    /// <summary>False while the receive loop waits for its owner: then the silence is our own.</summary>
    public bool IsListening { get => _isListening; set => _isListening = value; }

    public void Sent() => Volatile.Write(ref _lastSent, clock.GetTimestamp());

    public void Received() => Volatile.Write(ref _lastReceived, clock.GetTimestamp());

    public KeepAliveVerdict Check()
    {
        var received = Volatile.Read(ref _lastReceived);
        if (received >= _pinged || !IsListening) _pinged = null;
        if (_pinged is { } pinged) return Since(pinged) >= Longest / 2 ? KeepAliveVerdict.Dead : KeepAliveVerdict.Fine;
        if (Since(received) < Longest / 2 && Since(Volatile.Read(ref _lastSent)) < Longest / 2) return KeepAliveVerdict.Fine;
        _pinged = clock.GetTimestamp();
        return KeepAliveVerdict.Ping;
    }

    private TimeSpan Since(long timestamp) => clock.GetElapsedTime(timestamp);
}
