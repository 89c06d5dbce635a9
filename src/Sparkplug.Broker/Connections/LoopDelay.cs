namespace Sparkplug.Broker.Connections;

/// <summary>
/// How long what comes now has to wait for the broker's loop: what comes while a turn runs waits for its end, what comes while the loop
/// waits is handled at once. A mean over about the last second, in which each moment counts the same, so that one long turn among
/// thousands of short ones is not lost and a quiet second forgets it.
/// </summary>
internal sealed class LoopDelay
{
    private const double Memory = 1.0;

    private double _seconds;

    /// <summary>The mean now.</summary>
    public TimeSpan Mean => TimeSpan.FromSeconds(_seconds);

    /// <summary>A turn has ended.</summary>
    public void Worked(TimeSpan turn) => Blend(turn.TotalSeconds, turn.TotalSeconds);

    /// <summary>The loop had nothing to do.</summary>
    public void Rested(TimeSpan pause) => Blend(0, pause.TotalSeconds);

    private void Blend(double delay, double duration) => _seconds = delay + (_seconds - delay) * Math.Exp(-duration / Memory);
}
