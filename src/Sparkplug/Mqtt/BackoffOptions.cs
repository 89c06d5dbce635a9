namespace Sparkplug.Mqtt;

/// <summary>How long to wait between attempts to connect.</summary>
public sealed record BackoffOptions
{
    /// <summary>The wait after the first failure, before jitter.</summary>
    public TimeSpan Shortest { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>The longest wait.</summary>
    public TimeSpan Longest { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A connection that lasted this long makes the next wait the shortest again.</summary>
    public TimeSpan ResetAfter { get; init; } = TimeSpan.FromSeconds(5);
}
