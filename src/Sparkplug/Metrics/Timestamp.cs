namespace Sparkplug.Metrics;

/// <summary>
/// UTC milliseconds since 1970-01-01 as they travel in payloads (tck-id-payloads-timestamp-in-UTC).
/// The full range of 64 bits is legal on the wire; <c>default</c> is the epoch.
/// </summary>
/// <param name="Milliseconds">Milliseconds since the epoch.</param>
public readonly record struct Timestamp(ulong Milliseconds) : IComparable<Timestamp>
{
    private static readonly ulong LastDateTime = (ulong)DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>The millisecond that <paramref name="time"/> falls in; times before the epoch become the epoch.</summary>
    public static Timestamp From(DateTimeOffset time) => new((ulong)Math.Max(0, time.ToUnixTimeMilliseconds()));

    /// <summary>The current time of <paramref name="clock"/>.</summary>
    public static Timestamp Now(TimeProvider clock) => From(clock.GetUtcNow());

    /// <summary>As a date; values beyond the year 9999 become the last millisecond of it.</summary>
    public DateTimeOffset ToDateTimeOffset() => DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Min(Milliseconds, LastDateTime));

    /// <inheritdoc/>
    public int CompareTo(Timestamp other) => Milliseconds.CompareTo(other.Milliseconds);

    /// <summary>Earlier than.</summary>
    public static bool operator <(Timestamp left, Timestamp right) => left.Milliseconds < right.Milliseconds;

    /// <summary>Later than.</summary>
    public static bool operator >(Timestamp left, Timestamp right) => left.Milliseconds > right.Milliseconds;

    /// <summary>Not later than.</summary>
    public static bool operator <=(Timestamp left, Timestamp right) => left.Milliseconds <= right.Milliseconds;

    /// <summary>Not earlier than.</summary>
    public static bool operator >=(Timestamp left, Timestamp right) => left.Milliseconds >= right.Milliseconds;

    /// <summary>ISO 8601 UTC with milliseconds.</summary>
    public override string ToString() =>
        ToDateTimeOffset().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", System.Globalization.CultureInfo.InvariantCulture);
}
