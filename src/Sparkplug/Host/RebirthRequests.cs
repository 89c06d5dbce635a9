using Sparkplug.Metrics;

namespace Sparkplug.Host;

/// <summary>Asks one Edge Node for its births: limited, counted by reason, and after a grace where it may send them by itself.</summary>
internal sealed class RebirthRequests(NodeState node, NodeStateOptions options)
{
    private readonly RebirthLimiter _limiter = new(options.RebirthInterval, options.RebirthLongestInterval);
    private Timestamp? _graceEnds;
    private int _graceServer;

    /// <summary>When to look again; null when nothing is wanted.</summary>
    public Timestamp? NextTick => Deadlines.Earlier(_limiter.Due, _graceEnds);

    /// <summary>Asks now if it may, else when it may.</summary>
    public void Ask(RebirthReason reason, int server, Timestamp now, INodeOutputs outputs)
    {
        node.Counts.Add(reason);
        _limiter.Want(reason, server);
        AskIfDue(now, outputs);
    }

    /// <summary>Asks whatever the limit says.</summary>
    public void AskAnyway(int server, Timestamp now, INodeOutputs outputs)
    {
        node.Counts.Add(RebirthReason.Wanted);
        _limiter.Take(RebirthReason.Wanted, now);
        Send(RebirthReason.Wanted, server, now, outputs);
    }

    /// <summary>Asks when the node has not been born by itself within the grace.</summary>
    public void AskAfterGrace(int server, Timestamp now) => (_graceEnds, _graceServer) = (now.After(options.ReconnectGrace), server);

    /// <summary>Asks what is due.</summary>
    public void Tick(Timestamp now, INodeOutputs outputs)
    {
        if (_graceEnds <= now)
        {
            _graceEnds = null;
            Ask(RebirthReason.HostReconnected, _graceServer, now, outputs);
        }
        AskIfDue(now, outputs);
    }

    /// <summary>A birth has come.</summary>
    public void Born()
    {
        _limiter.Born();
        _graceEnds = null;
    }

    /// <summary>The node cannot answer.</summary>
    public void Cancel()
    {
        _limiter.Cancel();
        _graceEnds = null;
    }

    /// <summary>A request cannot be sent on that server.</summary>
    public void Cancel(int server)
    {
        if (_limiter.Server == server) _limiter.Cancel();
        if (_graceServer == server) _graceEnds = null;
    }

    private void AskIfDue(Timestamp now, INodeOutputs outputs)
    {
        if (_limiter.Wanted is { } reason && _limiter.TryTake(now)) Send(reason, _limiter.Server, now, outputs);
    }

    private void Send(RebirthReason reason, int server, Timestamp now, INodeOutputs outputs)
    {
        node.Counts.AddRequest(reason, now);
        outputs.RequestRebirth(node, server, reason);
    }
}
