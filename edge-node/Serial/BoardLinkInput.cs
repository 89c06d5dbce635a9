using EdgeNode.Devices;
using Sparkplug.Metrics;

namespace EdgeNode.Serial;

/// <summary>What can happen to a link. <c>Now</c> is any clock that only goes forward.</summary>
public abstract record BoardLinkInput(TimeSpan Now)
{
    /// <summary>The port is open.</summary>
    public sealed record Opened(TimeSpan Now) : BoardLinkInput(Now);

    /// <summary>Bytes came in.</summary>
    /// <param name="Bytes">The bytes.</param>
    /// <param name="At">When, by the clock on the wall: the time of the readings in them.</param>
    /// <param name="Now">When.</param>
    public sealed record Received(ReadOnlyMemory<byte> Bytes, Timestamp At, TimeSpan Now) : BoardLinkInput(Now);

    /// <summary>Time has passed; needed at <see cref="BoardLink.NextTick"/>.</summary>
    public sealed record Tick(TimeSpan Now) : BoardLinkInput(Now);

    /// <summary>Someone wants a tag written.</summary>
    public sealed record Write(BoardCommand Command, TimeSpan Now) : BoardLinkInput(Now);

    /// <summary>The port is gone.</summary>
    public sealed record Closed(string Reason, TimeSpan Now) : BoardLinkInput(Now);
}
