using Sparkplug.Metrics;

namespace Sparkplug.Host;

/// <summary>Arithmetic of points in time.</summary>
internal static class Deadlines
{
    /// <summary>The time that is <paramref name="wait"/> later.</summary>
    public static Timestamp After(this Timestamp time, TimeSpan wait)
    {
        var milliseconds = (ulong)Math.Max(0, Math.Ceiling(wait.TotalMilliseconds));
        return new Timestamp(ulong.MaxValue - time.Milliseconds < milliseconds ? ulong.MaxValue : time.Milliseconds + milliseconds);
    }

    /// <summary>The earlier one of two, where null means never.</summary>
    public static Timestamp? Earlier(Timestamp? one, Timestamp? other) => (one, other) switch
    {
        (null, _) => other,
        (_, null) => one,
        _ => one < other ? one : other,
    };
}
