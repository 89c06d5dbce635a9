using Sparkplug.Broker.Routing;
using Sparkplug.Broker.Sessions;

namespace Sparkplug.Broker.Administration;

/// <summary>Some sessions in the order of their client ids.</summary>
/// <param name="Sessions">The sessions.</param>
/// <param name="Next">What <c>after</c> is to be for the next ones; null when these are the last.</param>
internal sealed record SessionPage(IReadOnlyList<SessionModel> Sessions, string? Next);

/// <summary>A session as it stands.</summary>
internal sealed record SessionModel
{
    public required string ClientId { get; init; }

    public required string? User { get; init; }

    /// <summary>As the standards call themselves.</summary>
    public required string Version { get; init; }

    public required bool IsConnected { get; init; }

    /// <summary>Where it is connected from; null while it is away.</summary>
    public required string? Remote { get; init; }

    /// <summary>TCP, TLS with its version, or WebSocket.</summary>
    public required string? Transport { get; init; }

    /// <summary>Whether a client certificate says who it is.</summary>
    public required bool IsByCertificate { get; init; }

    /// <summary>Since when it is connected, or away.</summary>
    public required string? Since { get; init; }

    /// <summary>Session Expiry Interval in seconds; 0 ends the session with its connection, 4294967295 never.</summary>
    public required uint ExpiryInterval { get; init; }

    public required int SubscriptionCount { get; init; }

    /// <summary>QoS 1 and 2 messages that it has not acknowledged, those in flight included.</summary>
    public required int Queued { get; init; }

    public required long QueuedBytes { get; init; }

    public required int Inflight { get; init; }

    /// <summary>Bytes that its connection has not taken.</summary>
    public required int Lag { get; init; }

    /// <summary>Messages that were meant for it and dropped, since the session or the broker began.</summary>
    public required long Dropped { get; init; }

    /// <summary>PUBLISH packets that came from this connection.</summary>
    public required long MessagesIn { get; init; }

    /// <summary>PUBLISH packets that went to this connection.</summary>
    public required long MessagesOut { get; init; }

    /// <summary>Copies a session, on the loop.</summary>
    public static SessionModel Of(Session session)
    {
        var client = session.Holder;
        return new SessionModel
        {
            ClientId = session.ClientId,
            User = session.UserName,
            Version = Shown.Protocol(session.Version),
            IsConnected = client is not null,
            Remote = client?.Connection.Remote.ToString(),
            Transport = client?.Connection.Transport,
            IsByCertificate = client?.Connection.CertificateUser is not null,
            Since = AdminJson.Time(client?.ConnectedAt ?? session.DisconnectedAt),
            ExpiryInterval = session.ExpiryInterval,
            SubscriptionCount = session.SubscriptionCount,
            Queued = session.Outbox?.Count ?? 0,
            QueuedBytes = session.Outbox?.Bytes ?? 0,
            Inflight = session.Outbox?.Inflight ?? 0,
            Lag = client?.Lag ?? 0,
            Dropped = session.Dropped,
            MessagesIn = client?.PublishesReceived ?? 0,
            MessagesOut = client?.PublishesSent ?? 0,
        };
    }
}

/// <summary>A session with its subscriptions.</summary>
/// <param name="Session">The session.</param>
/// <param name="Subscriptions">Fewer than it has where they are very many.</param>
internal sealed record SessionDetail(SessionModel Session, IReadOnlyList<SubscriptionModel> Subscriptions)
{
    /// <summary>Copies a session with its subscriptions, on the loop.</summary>
    public static SessionDetail Of(Session session, int mostSubscriptions) => new(
        SessionModel.Of(session),
        session.SubscriptionCount == 0 ? [] : [.. session.Subscriptions.Values.Take(mostSubscriptions).Select(SubscriptionModel.Of)]);
}

/// <summary>A subscription as its SUBSCRIBE asked for it.</summary>
internal sealed record SubscriptionModel(string Filter, int Qos, bool NoLocal, bool RetainAsPublished, string RetainHandling, uint Identifier)
{
    public static SubscriptionModel Of(Subscription subscription) => new(
        subscription.Filter.Text, (int)subscription.Qos, subscription.NoLocal, subscription.RetainAsPublished,
        subscription.RetainHandling.ToString(), subscription.Identifier);
}
