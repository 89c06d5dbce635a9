using System.Globalization;
using Sparkplug.Broker.Packets;
using UnitTests.Broker;

namespace SystemTests.Broker.Durability;

/// <summary>
/// Publishes a stream at QoS 1 and one at QoS 2 in turn, with a session that stays. After a kill it comes back and sends again, with DUP
/// and in order, what is not acknowledged (MQTT-4.4.0-1, MQTT-4.6.0-1).
/// </summary>
internal sealed class LoadPublisher(int port, string clientId, ProtocolVersion version, Findings findings, Action acknowledged)
{
    private const int Window = 16;
    private const uint SessionSeconds = 3600;

    private readonly List<Sent> _inflight = []; // in the order in which they were sent
    private ushort _lastPacketId;
    private bool _isKnown;

    public MessageStream AtLeastOnce { get; } = new($"load/{clientId}/1");

    public MessageStream ExactlyOnce { get; } = new($"load/{clientId}/2");

    /// <summary>Nothing new is to be sent any more; what was sent is completed.</summary>
    public bool IsEnding { get; set; }

    /// <summary>Works until everything was acknowledged after <see cref="IsEnding"/>.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        var connect = ClientPackets.Connect(clientId, version, cleanStart: false, sessionExpiryInterval: version == ProtocolVersion.V5 ? SessionSeconds : null);
        while (!IsDone)
        {
            var (client, connack) = await WireClient.ConnectAsync(port, version, connect, stop);
            await using (client)
            {
                if (_isKnown && !connack.SessionPresent)
                    findings.Report($"{clientId}: its session is gone");
                _isKnown = true;
                await ServeAsync(client);
            }
        }
    }

    private bool IsDone => IsEnding && _inflight.Count == 0;

    private async Task ServeAsync(WireClient client)
    {
        foreach (var sent in _inflight)
            SendAgain(client, sent);
        while (!IsDone)
        {
            while (_inflight.Count < Window && !IsEnding)
                SendNext(client);
            if (await client.NextAsync() is not { } packet)
                return;
            Take(client, packet);
        }

        client.Send(ClientPackets.Disconnect(version));
    }

    private void SendNext(WireClient client)
    {
        var stream = AtLeastOnce.Sent <= ExactlyOnce.Sent ? AtLeastOnce : ExactlyOnce;
        do
            _lastPacketId = _lastPacketId == ushort.MaxValue ? (ushort)1 : (ushort)(_lastPacketId + 1);
        while (_inflight.Exists(sent => sent.PacketId == _lastPacketId));
        var next = new Sent(stream, ++stream.Sent, _lastPacketId, stream == AtLeastOnce ? Qos.AtLeastOnce : Qos.ExactlyOnce);
        _inflight.Add(next);
        client.Send(PublishOf(next, dup: false));
    }

    private void SendAgain(WireClient client, Sent sent)
    {
        if (sent.IsReceived)
        {
            sent.IsReleasedAgain = true;
            client.Send(ClientPackets.Ack(PacketType.Pubrel, sent.PacketId, version: version));
            return;
        }

        if (sent.Qos == Qos.AtLeastOnce)
            sent.Stream.SendsAgain(sent.Number);
        client.Send(PublishOf(sent, dup: true));
    }

    private byte[] PublishOf(Sent sent, bool dup) => ClientPackets.Publish(
        sent.Stream.Topic, sent.Number.ToString(CultureInfo.InvariantCulture), version, sent.Qos, sent.PacketId, dup: dup);

    private void Take(WireClient client, ServerPacket packet)
    {
        var sent = _inflight.Find(sent => sent.PacketId == packet.PacketId);
        if (sent is null || (packet.Reason != ReasonCode.Success && !IsLateAnswer(sent, packet)))
        {
            findings.Report($"{clientId}: {packet.Type} {packet.PacketId} with reason 0x{(byte)packet.Reason:X2}{(sent is null ? " for nothing" : "")}");
            return;
        }

        switch (packet.Type)
        {
            case PacketType.Puback when sent.Qos == Qos.AtLeastOnce:
            case PacketType.Pubcomp when sent.IsReceived:
                _inflight.Remove(sent);
                Acknowledge(sent);
                break;
            case PacketType.Pubrec when sent.Qos == Qos.ExactlyOnce:
                sent.IsReceived = true;
                Acknowledge(sent);
                client.Send(ClientPackets.Ack(PacketType.Pubrel, sent.PacketId, version: version));
                break;
            default:
                findings.Report($"{clientId}: {packet.Type} {packet.PacketId} for {sent.Qos}");
                break;
        }
    }

    /// <summary>The PUBREL of before the kill has arrived, its PUBCOMP has not: the identifier is free already.</summary>
    private static bool IsLateAnswer(Sent sent, ServerPacket packet) =>
        packet is { Type: PacketType.Pubcomp, Reason: ReasonCode.PacketIdentifierNotFound } && sent.IsReleasedAgain;

    private void Acknowledge(Sent sent)
    {
        sent.Stream.Acknowledged = Math.Max(sent.Stream.Acknowledged, sent.Number); // the broker answers in order (MQTT-4.6.0-2, -3)
        acknowledged();
    }

    private sealed class Sent(MessageStream stream, int number, ushort packetId, Qos qos)
    {
        public MessageStream Stream => stream;

        public int Number => number;

        public ushort PacketId => packetId;

        public Qos Qos => qos;

        /// <summary>PUBREC has come.</summary>
        public bool IsReceived { get; set; }

        /// <summary>PUBREL was sent again after a kill.</summary>
        public bool IsReleasedAgain { get; set; }
    }
}
