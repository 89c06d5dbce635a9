namespace Sparkplug.Mqtt;

/// <summary>
/// The waits between attempts to connect: none before the first, then doubled each time up to the longest. Each is cut by up to a
/// half at random, so that a thousand edge nodes do not come back to a restarted server in the same instant.
/// </summary>
public sealed class Backoff
{
    private readonly BackoffOptions _options;
    private readonly Random _random;
    private TimeSpan _next = TimeSpan.Zero;

    /// <summary>Starts with no wait.</summary>
    /// <exception cref="ArgumentException">The waits are not positive or out of order.</exception>
    public Backoff(BackoffOptions options, Random random)
    {
        if (options.Shortest <= TimeSpan.Zero || options.Longest < options.Shortest)
            throw new ArgumentException($"Back-off from {options.Shortest} to {options.Longest} makes no sense", nameof(options));
        _options = options;
        _random = random;
    }

    /// <summary>How long to wait before the next attempt.</summary>
    public TimeSpan Next()
    {
        var wait = _next;
        _next = wait == TimeSpan.Zero ? _options.Shortest : wait > _options.Longest / 2 ? _options.Longest : wait * 2;
        return wait - (wait / 2 * _random.NextDouble());
    }

    /// <summary>A connection ended that had lasted for <paramref name="lasted"/>.</summary>
    public void Ended(TimeSpan lasted)
    {
        if (lasted >= _options.ResetAfter) _next = _options.Shortest;
    }
}
