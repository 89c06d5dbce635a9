using Sparkplug.Broker.Sessions;

namespace Sparkplug.Broker.Administration;

/// <summary>How much there is of everything in the engine at one moment. It never changes: other threads than the loop may read it.</summary>
internal sealed record BrokerFigures
{
    /// <summary>Before the first look.</summary>
    public static readonly BrokerFigures None = new();

    /// <summary>Connections, those included that have not sent a CONNECT yet.</summary>
    public int Connections { get; init; }

    /// <summary>Clients that were let in.</summary>
    public int Connected { get; init; }

    /// <summary>Sessions, those included that wait for their client.</summary>
    public int Sessions { get; init; }

    public int Subscriptions { get; init; }

    /// <summary>Retained messages, birth certificates included.</summary>
    public int Retained { get; init; }

    /// <summary>About the memory that these take.</summary>
    public long RetainedBytes { get; init; }

    public int Wills { get; init; }

    /// <summary>QoS 1 and 2 messages that clients have not acknowledged.</summary>
    public long Queued { get; init; }

    /// <summary>About the bytes that wait for the disk.</summary>
    public long StoreBacklog { get; init; }

    /// <summary>Whether the disk takes what is promised.</summary>
    public bool IsStoreAccepting { get; init; }

    /// <summary>How late the loop came to what was due, or how long what comes waits for it; the longer of the two.</summary>
    public TimeSpan LoopDelay { get; init; }

    /// <summary>Looks at the engine, on its loop.</summary>
    public static BrokerFigures Of(BrokerEngine engine, TimeSpan loopDelay) => new()
    {
        Connections = engine.Clients.Count,
        Connected = engine.ConnectedCount,
        Sessions = engine.Sessions.Count,
        Subscriptions = engine.Subscriptions.Tree.Count,
        Retained = engine.Retained.Count,
        RetainedBytes = engine.Retained.Bytes,
        Wills = engine.Wills.Count,
        Queued = engine.Queued,
        StoreBacklog = engine.Durability.Backlog,
        IsStoreAccepting = engine.Durability.IsAccepting,
        LoopDelay = loopDelay,
    };
}
