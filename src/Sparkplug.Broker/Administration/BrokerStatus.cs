using Sparkplug.Broker.Sessions;

namespace Sparkplug.Broker.Administration;

/// <summary>How the broker does.</summary>
internal sealed record BrokerStatus
{
    public required string Version { get; init; }

    public required long UptimeSeconds { get; init; }

    public required int Connections { get; init; }

    public required int Clients { get; init; }

    public required int Sessions { get; init; }

    public required int Subscriptions { get; init; }

    public required int Retained { get; init; }

    public required long RetainedBytes { get; init; }

    public required int Wills { get; init; }

    public required long Queued { get; init; }

    public required long MessagesReceived { get; init; }

    public required long MessagesSent { get; init; }

    public required long MessagesDropped { get; init; }

    public required long PacketsReceived { get; init; }

    public required long PacketsSent { get; init; }

    public required long BytesReceived { get; init; }

    public required long BytesSent { get; init; }

    /// <summary>Whether the disk takes what is promised.</summary>
    public required bool IsStoreAccepting { get; init; }

    public required long StoreBacklogBytes { get; init; }

    public required double LoopDelayMilliseconds { get; init; }

    /// <summary>Looks at the engine, on its loop.</summary>
    public static BrokerStatus Of(BrokerEngine engine)
    {
        var metrics = engine.Metrics;
        var figures = BrokerFigures.Of(engine, metrics.Figures.LoopDelay);
        return new BrokerStatus
        {
            Version = ProductVersion.Text,
            UptimeSeconds = engine.Clock.Now / 1000,
            Connections = figures.Connections,
            Clients = figures.Connected,
            Sessions = figures.Sessions,
            Subscriptions = figures.Subscriptions,
            Retained = figures.Retained,
            RetainedBytes = figures.RetainedBytes,
            Wills = figures.Wills,
            Queued = figures.Queued,
            MessagesReceived = metrics.MessagesReceived,
            MessagesSent = metrics.MessagesSent,
            MessagesDropped = metrics.MessagesDropped,
            PacketsReceived = metrics.PacketsReceived,
            PacketsSent = metrics.PacketsSent,
            BytesReceived = metrics.BytesReceived,
            BytesSent = metrics.BytesSent,
            IsStoreAccepting = figures.IsStoreAccepting,
            StoreBacklogBytes = figures.StoreBacklog,
            LoopDelayMilliseconds = figures.LoopDelay.TotalMilliseconds,
        };
    }
}
