namespace Sparkplug.Broker.Sessions;

/// <summary>The two times of the broker's loop: one for intervals, one for the calendar.</summary>
internal sealed class Clock(TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();

    /// <summary>Milliseconds since the broker was made; never steps.</summary>
    public long Now => (long)time.GetElapsedTime(_start).TotalMilliseconds;

    /// <summary>Milliseconds since 1970 UTC.</summary>
    public long UtcNow => time.GetUtcNow().ToUnixTimeMilliseconds();
}
