using System.Collections.Concurrent;
using System.Text;
using Sparkplug.Broker.Packets;
using UnitTests.Broker;

namespace SystemTests.Broker.Durability;

/// <summary>
/// Clients with Wills that are connected when the broker dies. Each Will is published once after that, at the next start or after its
/// delay; not that of a client that said goodbye, nor that of one that is back within its delay.
/// </summary>
internal sealed class WillRounds(int port, Findings findings) : IAsyncDisposable
{
    private const uint SessionSeconds = 3600, Delay = 1, LongDelay = 3600;
    private const string Back = "will-back";

    private readonly List<WireClient> _open = [];
    private readonly ConcurrentDictionary<string, Expected> _expected = new();
    private readonly ConcurrentDictionary<string, int> _seen = new();
    private int _round;

    private enum Expected
    {
        Once,
        Never,

        /// <summary>The broker died before it let the client in.</summary>
        Unknown,
    }

    /// <summary>Topics of Wills that are due and have not come.</summary>
    public IEnumerable<string> Missing => _expected.Where(will => will.Value == Expected.Once && !_seen.ContainsKey(will.Key)).Select(will => will.Key);

    /// <summary>Connects this round's clients; the connections stay open until the broker dies.</summary>
    public async Task OpenAsync()
    {
        await CloseAsync();
        _round++;
        await OpenAsync("now", ProtocolVersion.V311, Qos.ExactlyOnce, 0);
        await OpenAsync("now", ProtocolVersion.V5, Qos.AtLeastOnce, 0);
        await OpenAsync("delayed", ProtocolVersion.V5, Qos.ExactlyOnce, Delay);
        await OpenAsync(Back, ProtocolVersion.V5, Qos.AtLeastOnce, LongDelay);
        await SayGoodbyeAsync();
    }

    /// <summary>Reads the Wills with a session that stays, until the connection is over.</summary>
    public async Task WatchAsync(CancellationToken stop)
    {
        var connect = ClientPackets.Connect("will-watch", cleanStart: false, sessionExpiryInterval: SessionSeconds);
        var (client, _) = await WireClient.ConnectAsync(port, ProtocolVersion.V5, connect, stop);
        await using (client)
        {
            client.Send(ClientPackets.Subscribe(1, "wills/#", Qos.ExactlyOnce, retainHandling: RetainHandling.DoNotSend));
            while (await client.NextAsync(seconds: 600) is { } packet)
                Take(client, packet);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await CloseAsync();

    /// <summary>Cuts the connections: their Wills are due without a kill as well.</summary>
    public async Task CloseAsync()
    {
        foreach (var client in _open)
            await client.DisposeAsync();
        _open.Clear();
    }

    private async Task OpenAsync(string kind, ProtocolVersion version, Qos qos, uint delay)
    {
        var isBack = kind == Back;
        var topic = isBack ? $"wills/{Back}" : $"wills/{_round}/{kind}-{version}";
        var clientId = isBack ? Back : $"will-{_round}-{kind}-{version}";
        _expected[topic] = isBack ? Expected.Never : Expected.Unknown;
        if (await TryConnectAsync(clientId, version, topic, qos, delay) is not { } client)
            return;
        _open.Add(client);
        if (!isBack)
            _expected[topic] = Expected.Once;
    }

    /// <summary>A client that disconnects; the removal of its Will is on the disk when a session that stays is let in after it.</summary>
    private async Task SayGoodbyeAsync()
    {
        var topic = $"wills/{_round}/goodbye";
        _expected[topic] = Expected.Unknown;
        if (await TryConnectAsync($"will-{_round}-goodbye", ProtocolVersion.V5, topic, Qos.AtLeastOnce, 0) is not { } client)
            return;
        client.Send(ClientPackets.Disconnect());
        if (await client.NextAsync() is { } packet)
            findings.Report($"{packet.Type} after DISCONNECT");
        await client.DisposeAsync();
        var barrier = ClientPackets.Connect($"will-{_round}-barrier", cleanStart: false, sessionExpiryInterval: SessionSeconds);
        if (await WireClient.TryOpenAsync(port, ProtocolVersion.V5, barrier) is not { } another)
            return;
        await using (another)
            if (await another.TryTakeAsync(PacketType.Connack) is not null)
                _expected[topic] = Expected.Never;
    }

    private async Task<WireClient?> TryConnectAsync(string clientId, ProtocolVersion version, string topic, Qos qos, uint delay)
    {
        var will = new ConnectWill
        {
            Topic = Encoding.UTF8.GetBytes(topic), Payload = "died"u8.ToArray(), Properties = [], Qos = qos, Retain = false, DelayInterval = delay,
        };
        var client = await WireClient.TryOpenAsync(port, version, ClientPackets.Connect(
            clientId, version, cleanStart: delay == 0, will: will, sessionExpiryInterval: delay == 0 ? null : SessionSeconds));
        if (client is null || await client.TryTakeAsync(PacketType.Connack) is not null)
            return client;
        await client.DisposeAsync();
        return null;
    }

    private void Take(WireClient client, ServerPacket packet)
    {
        switch (packet.Type)
        {
            case PacketType.Publish:
                Count(packet);
                client.Send(ClientPackets.Ack(packet.Qos == Qos.AtLeastOnce ? PacketType.Puback : PacketType.Pubrec, packet.PacketId));
                break;
            case PacketType.Pubrel:
                client.Send(ClientPackets.Ack(PacketType.Pubcomp, packet.PacketId));
                break;
        }
    }

    /// <summary>With DUP it is the one that came before, or the first whose way to this client was cut.</summary>
    private void Count(ServerPacket publish)
    {
        var isExpected = _expected.TryGetValue(publish.Topic, out var expected) && expected != Expected.Never;
        var isAnother = !publish.Dup && _seen.ContainsKey(publish.Topic);
        if (!isExpected || isAnother)
            findings.Report($"the Will on {publish.Topic} comes {(isAnother ? "twice" : "although it is void")}");
        _seen.TryAdd(publish.Topic, 1);
    }
}
