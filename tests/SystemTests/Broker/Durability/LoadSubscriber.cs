using System.Globalization;
using Sparkplug.Broker.Packets;
using UnitTests.Broker;

namespace SystemTests.Broker.Durability;

/// <summary>How a subscriber behaves.</summary>
/// <param name="MaximumQos">Of its subscription.</param>
/// <param name="ReceiveMaximum">5.0: how much it has in flight; null for the protocol's default.</param>
/// <param name="HoldsBack">It answers late: up to so many answers wait, so that there is always something in flight when the broker dies.</param>
internal sealed record Habits(Qos MaximumQos, ushort? ReceiveMaximum = null, int HoldsBack = 0);

/// <summary>Reads every stream with a session that stays, comes back after each kill, and judges what it gets by <see cref="DeliveryRules"/>.</summary>
internal sealed class LoadSubscriber(int port, string clientId, ProtocolVersion version, Habits habits, IReadOnlyList<MessageStream> streams, Findings findings)
{
    private const uint SessionSeconds = 3600;

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    private readonly Dictionary<string, MessageStream> _streams = streams.ToDictionary(stream => stream.Topic);
    private readonly DeliveryRules _rules = new(what => findings.Report($"{clientId}: {what}"));
    private readonly Queue<(byte[] Bytes, ushort Released)> _answers = new();
    private readonly Random _random = new(port);
    private bool _isKnown;

    /// <summary>What it is judged by.</summary>
    public DeliveryRules Rules => _rules;

    /// <summary>Returns when the subscription stands.</summary>
    public async Task SubscribeAsync(CancellationToken stop)
    {
        var (client, _) = await ConnectAsync(stop);
        await using (client)
        {
            client.Send(ClientPackets.Subscribe(1, "load/#", habits.MaximumQos, version));
            Assert.Equal([(ReasonCode)habits.MaximumQos], (await client.TakeAsync(PacketType.Suback)).Reasons);
            client.Send(ClientPackets.Disconnect(version));
        }
    }

    /// <summary>Works until it has everything that was sent; that is known when <paramref name="isComplete"/> says so.</summary>
    public async Task RunAsync(Func<bool> isComplete, CancellationToken stop)
    {
        while (!(isComplete() && HasAll))
        {
            var (client, connack) = await ConnectAsync(stop);
            await using (client)
            {
                if (_isKnown && !connack.SessionPresent)
                    findings.Report($"{clientId}: its session is gone");
                _isKnown = true;
                await ServeAsync(client, isComplete, stop);
            }
        }
    }

    /// <summary>What it lacks, for a message.</summary>
    public override string ToString() =>
        $"{clientId}: {string.Join(", ", streams.Select(stream => $"{_rules.LastOf(stream)}/{stream.Sent}"))}, {_rules.HeldCount} not acknowledged";

    private bool HasAll => _rules.HeldCount == 0 && streams.All(stream => _rules.LastOf(stream) == stream.Sent);

    private async Task<(WireClient Client, ServerPacket Connack)> ConnectAsync(CancellationToken stop)
    {
        var isVersion5 = version == ProtocolVersion.V5;
        return await WireClient.ConnectAsync(port, version, ClientPackets.Connect(
            clientId, version, cleanStart: false, sessionExpiryInterval: isVersion5 ? SessionSeconds : null,
            receiveMaximum: isVersion5 ? habits.ReceiveMaximum : null), stop);
    }

    private async Task ServeAsync(WireClient client, Func<bool> isComplete, CancellationToken stop)
    {
        _rules.Connected();
        _answers.Clear(); // an answer belongs to its connection
        while (!(isComplete() && HasAll))
        {
            stop.ThrowIfCancellationRequested();
            var (hasCome, packet) = await client.NextWithinAsync(Patience);
            if (!hasCome)
                AnswerAll(client);
            else if (packet is null)
                return;
            else
                Take(client, packet);
        }

        // Whatever the broker still has for it comes before this.
        client.Send(ClientPackets.Pingreq());
        while (await client.NextAsync() is { Type: not PacketType.Pingresp } late)
            Take(client, late);
        client.Send(ClientPackets.Disconnect(version));
    }

    private void Take(WireClient client, ServerPacket packet)
    {
        switch (packet.Type)
        {
            case PacketType.Publish:
                TakeMessage(packet);
                if (_answers.Count > _random.Next(habits.HoldsBack + 1))
                    AnswerAll(client);
                break;
            case PacketType.Pubrel:
                _rules.Released(packet.PacketId);
                client.Send(ClientPackets.Ack(PacketType.Pubcomp, packet.PacketId, version: version));
                break;
            default:
                findings.Report($"{clientId}: it is sent {packet.Type}");
                break;
        }
    }

    private void TakeMessage(ServerPacket publish)
    {
        if (!_streams.TryGetValue(publish.Topic, out var stream))
        {
            findings.Report($"{clientId}: a message on {publish.Topic}, which nobody sent");
            return;
        }

        var expected = publish.Topic.EndsWith('2') && habits.MaximumQos == Qos.ExactlyOnce ? Qos.ExactlyOnce : Qos.AtLeastOnce;
        if (publish.Qos != expected)
            findings.Report($"{clientId}: {publish.Topic} comes at {publish.Qos}");
        _rules.Received(stream, int.Parse(publish.Text, CultureInfo.InvariantCulture), publish.Qos, publish.PacketId, publish.Dup);
        var answer = publish.Qos == Qos.AtLeastOnce ? PacketType.Puback : PacketType.Pubrec;
        _answers.Enqueue((ClientPackets.Ack(answer, publish.PacketId, version: version), answer == PacketType.Puback ? publish.PacketId : (ushort)0));
    }

    private void AnswerAll(WireClient client)
    {
        while (_answers.TryDequeue(out var answer))
        {
            if (answer.Released > 0)
                _rules.Released(answer.Released);
            client.Send(answer.Bytes);
        }
    }
}
