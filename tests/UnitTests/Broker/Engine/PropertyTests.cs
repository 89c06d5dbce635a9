using System.Globalization;
using CsCheck;
using Sparkplug.Broker.Packets;
using Sparkplug.Broker.Sessions;
using static UnitTests.Broker.Engine.AWill;

namespace UnitTests.Broker.Engine;

/// <summary>Whatever several clients do, in whatever order: the engine does not fall over and keeps its promises.</summary>
public sealed class PropertyTests
{
    private const int Clients = 4, Steps = 120;

    /// <summary>An action: what, by whom, and a number that decides the rest.</summary>
    private static readonly Gen<(int What, int Who, int Pick)[]> Actions = Gen.Select(Gen.Int[0, 13], Gen.Int[0, Clients - 1], Gen.Int[0, 1_000]).Array[Steps];

    [Fact]
    [Spec("MQTT-4.3.3-10", "MQTT-4.6.0-5", "MQTT-4.3.2-4", "MQTT-4.3.3-8")]
    public void No_sequence_of_actions_breaks_the_engine_or_a_promise() => Actions.Sample(
        actions =>
        {
            using var world = new World();
            foreach (var (what, who, pick) in actions)
                world.Act(what, who, pick);
            world.Finish();
        },
        iter: 300,
        threads: 1);

    [Fact]
    public void No_bytes_break_the_engine() => Gen.Select(Gen.Byte[1, 15], Gen.Byte.Array[0, 40], Gen.Bool).Array[1, 12].Sample(
        packets =>
        {
            using var broker = new EngineHarness();
            var other = broker.Connect("other").Subscribe("#");
            foreach (var version in (ProtocolVersion[])[ProtocolVersion.V311, ProtocolVersion.V5])
            {
                var client = broker.Connect("c", version);
                foreach (var (type, body, hasFlag) in packets)
                    client.Connection.Input([(byte)((type << 4) | (hasFlag || type is 6 or 8 or 10 ? 2 : 0)), (byte)body.Length, .. body]);
                broker.Turn();
                client.Vanish();
            }

            other.Take();
            other.Send(ClientPackets.Pingreq()).TakeOne(PacketType.Pingresp);
        },
        iter: 500,
        threads: 1);

    /// <summary>Some clients, and what each of them knows.</summary>
    private sealed class World : IDisposable
    {
        private readonly EngineHarness _broker = new(new BrokerLimits { Inflight = 4, ReceiveMaximum = 50 });
        private readonly Peer[] _peers = [.. Enumerable.Range(0, Clients).Select(i => new Peer { Name = $"c{i}", Version = i % 2 == 0 ? ProtocolVersion.V5 : ProtocolVersion.V311 })];
        private readonly List<string> _published = [];
        private int _count;

        /// <summary>The first one listens to everything from the start on, and never ends that subscription.</summary>
        public World()
        {
            Connect(_peers[0]);
            _peers[0].Client!.Send(ClientPackets.Subscribe(9, "t/x", Qos.ExactlyOnce, _peers[0].Version));
        }

        public void Act(int what, int who, int pick)
        {
            var peer = _peers[who];
            if (peer.Client is null or { IsClosed: true } && what is not (11 or 12))
            {
                Connect(peer);
                return;
            }

            switch (what)
            {
                case 0 or 1 or 2 or 3: Publish(peer, (Qos)(pick % 3)); break;
                case 4: peer.Client!.Send(ClientPackets.Subscribe(1, pick % 2 == 0 ? "#" : "t/+", Qos.ExactlyOnce, peer.Version)); break;
                case 5: peer.Client!.Send(ClientPackets.Unsubscribe(1, peer.Version, "t/+")); break;
                case 6: peer.Client!.Vanish(); peer.Client = null; break;
                case 7: Connect(peer); break;
                case 8 or 9 or 10: Read(peer); break;
                case 11: _broker.Store.Settle(); break;
                case 12: _broker.Store.Disk = pick % 2 == 0 ? Disk.Fast : Disk.Slow; break;
                case 13: peer.Client!.Connection.Block(!peer.Client.Connection.IsBlocked); break;
            }

            _broker.Turn();
            if (_broker.Store.Disk == Disk.Fast)
                _broker.Store.Settle();
        }

        /// <summary>Everything calms down, and then everybody has what is due.</summary>
        public void Finish()
        {
            _broker.Store.Empty();
            foreach (var peer in _peers)
            {
                if (peer.Client is null or { IsClosed: true })
                    Connect(peer);
                peer.Client!.Connection.Block(false);
            }

            for (var round = 0; round < 1_000 && _peers.Where(Read).ToList().Count > 0; round++)
                _broker.Turn();
            Assert.Equal(0, _broker.Engine.Queued);
            foreach (var peer in _peers)
            {
                Assert.Empty(peer.Pending);
                Assert.Equal(peer.Received.Distinct(), peer.Received);
                foreach (var ofPublisher in peer.Received.GroupBy(message => message[..2]))
                    Assert.Equal(ofPublisher.OrderBy(Number), ofPublisher);
            }

            Assert.Equal(_published.Order(), _peers[0].Received.Order());
        }

        public void Dispose() => _broker.Dispose();

        private static int Number(string message) => int.Parse(message[3..], CultureInfo.InvariantCulture);

        /// <summary>Comes back: what is not acknowledged is sent again with DUP, as a client has to.</summary>
        private void Connect(Peer peer)
        {
            peer.Client = _broker.Open(peer.Version);
            peer.Client.Send(ClientPackets.Connect(peer.Name, peer.Version, cleanStart: false, sessionExpiryInterval: 3600, will: Will("will", peer.Name)));
            foreach (var (id, (text, isReleased)) in peer.Pending)
                peer.Client.Send(isReleased ? ClientPackets.Ack(PacketType.Pubrel, id, version: peer.Version) : ClientPackets.Publish("t/x", text, peer.Version, Qos.ExactlyOnce, id, dup: true));
        }

        private void Publish(Peer peer, Qos qos)
        {
            var text = $"{peer.Name}-{++_count}";
            if (qos != Qos.ExactlyOnce)
            {
                peer.Client!.Send(ClientPackets.Publish("other", text, peer.Version, qos, (ushort)(30_000 + _count)));
                return;
            }

            if (peer.Pending.Count >= 40)
                return;
            peer.Pending.Add((ushort)_count, (text, false));
            _published.Add(text);
            peer.Client!.Send(ClientPackets.Publish("t/x", text, peer.Version, qos, (ushort)_count));
        }

        /// <summary>Reads what came and answers it; whether there was anything.</summary>
        private bool Read(Peer peer)
        {
            if (peer.Client is null or { IsClosed: true })
                return false;
            var packets = peer.Client.Take();
            foreach (var packet in packets)
                Handle(peer, packet);
            return packets.Count > 0;
        }

        private void Handle(Peer peer, ServerPacket packet)
        {
            switch (packet.Type)
            {
                case PacketType.Publish when packet.Qos == Qos.ExactlyOnce:
                    if (peer.Open.Add(packet.PacketId))
                        peer.Received.Add(packet.Text);
                    else
                        Assert.True(packet.Dup);
                    Answer(PacketType.Pubrec);
                    break;
                case PacketType.Publish when packet.Qos == Qos.AtLeastOnce: Answer(PacketType.Puback); break;
                case PacketType.Pubrel: peer.Open.Remove(packet.PacketId); Answer(PacketType.Pubcomp); break;
                case PacketType.Pubrec:
                    var (text, _) = peer.Pending[packet.PacketId];
                    Assert.Contains(text, _broker.Store.Kept);
                    peer.Pending[packet.PacketId] = (text, true);
                    peer.Client!.Ack(PacketType.Pubrel, packet.PacketId);
                    break;
                case PacketType.Pubcomp: Assert.True(peer.Pending.Remove(packet.PacketId)); break;
            }

            void Answer(PacketType type)
            {
                if (!peer.Client!.IsClosed)
                    peer.Client.Ack(type, packet.PacketId);
            }
        }
    }

    /// <summary>A client as it sees itself.</summary>
    private sealed class Peer
    {
        public required string Name { get; init; }

        public required ProtocolVersion Version { get; init; }

        public TestClient? Client { get; set; }

        /// <summary>QoS 2 messages of its own that are not completed, by packet identifier, and whether PUBREC has come.</summary>
        public SortedDictionary<ushort, (string Text, bool IsReleased)> Pending { get; } = [];

        /// <summary>QoS 2 messages of others that it has and whose PUBREL has not come.</summary>
        public HashSet<ushort> Open { get; } = [];

        public List<string> Received { get; } = [];
    }
}
