using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace EdgeNode.Serial;

/// <summary>What all ports share.</summary>
/// <param name="Clock">The time.</param>
/// <param name="Logger">The log.</param>
/// <param name="Events">Where events go; waits when the consumer is behind.</param>
/// <param name="Boards">Which port has which board.</param>
/// <param name="Abandoned">Set when the edge node has ended and nobody takes events any more.</param>
internal sealed record SerialContext(
    TimeProvider Clock, ILogger Logger, ChannelWriter<SerialEvent> Events, BoardRegistry Boards, CancellationToken Abandoned)
{
    private int _leaks;

    /// <summary>Set when the edge node ends; a port that is let go of before that has lost its device.</summary>
    public CancellationToken Stopping { get; set; }

    /// <summary>How many ports could not be closed.</summary>
    public int Leaks => Volatile.Read(ref _leaks);

    public void CountLeak(string path)
    {
        Interlocked.Increment(ref _leaks);
        Logger.PortLeaked(path);
    }
}
