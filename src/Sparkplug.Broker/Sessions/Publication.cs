using Sparkplug.Broker.Packets;
using Sparkplug.Broker.Routing;

namespace Sparkplug.Broker.Sessions;

/// <summary>A message on its way through the broker. Its bytes are a client's receive buffer: whoever keeps it calls <see cref="Keep"/>.</summary>
internal ref struct Publication
{
    private Message? _kept;

    public required Topic Topic { get; init; }

    public required ReadOnlySpan<byte> Payload { get; set; }

    /// <summary>Encoded as in <see cref="PublishPacket.Properties"/>.</summary>
    public ReadOnlySpan<byte> Properties { get; init; }

    public required Qos Qos { get; init; }

    public required bool Retain { get; init; }

    /// <summary>As in <see cref="Message.ExpiresAt"/>.</summary>
    public long ExpiresAt { get; init; } = long.MaxValue;

    /// <summary>The session that published it, for No Local; null for the broker itself and for Wills.</summary>
    public Session? Publisher { get; init; }

    /// <summary>The client id of the publisher; null for the broker itself.</summary>
    public string? PublisherClientId { get; init; }

    /// <summary>What the broker tells about itself: retained in memory only, and not counted among the messages that were published.</summary>
    public bool IsVolatile { get; init; }

    public Publication()
    {
    }

    /// <summary>The message of a publication that was kept before.</summary>
    public static Publication Of(Message message, string? publisherClientId) => new()
    {
        Topic = message.Topic,
        Payload = message.Payload,
        Properties = message.Properties,
        Qos = message.Qos,
        Retain = message.Retain,
        ExpiresAt = message.ExpiresAt,
        PublisherClientId = publisherClientId,
        _kept = message,
    };

    /// <summary>A copy that stays; the same one however often it is asked for.</summary>
    public Message Keep(Identities identities) => _kept ??= new Message
    {
        Id = identities.NextMessage(),
        Topic = Topic,
        Payload = Payload.ToArray(),
        Properties = Properties.ToArray(),
        Qos = Qos,
        Retain = Retain,
        ExpiresAt = ExpiresAt,
    };
}

/// <summary>Gives numbers that are unique for the life of the data folder.</summary>
internal sealed class Identities
{
    private long _message, _session;

    /// <summary>The number of the message that was kept last.</summary>
    public long LastMessage => _message;

    public long NextMessage() => ++_message;

    public long NextSession() => ++_session;

    /// <summary>Goes on behind what was given before a restart.</summary>
    public void Continue(long lastMessage, long lastSession) => (_message, _session) = (Math.Max(_message, lastMessage), Math.Max(_session, lastSession));
}
