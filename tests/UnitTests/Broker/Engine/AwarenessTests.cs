using Sparkplug.Broker.Packets;
using Sparkplug.Broker.Sessions;
using static UnitTests.Broker.Engine.AWill;

namespace UnitTests.Broker.Engine;

/// <summary>Births kept for those who come later, and the time of a death (Sparkplug 3.0, 10.1.4).</summary>
public sealed class AwarenessTests : IDisposable
{
    private const string Certificates = "$sparkplug/certificates/";

    private readonly EngineHarness _broker = new();
    private readonly TestClient _node;

    public AwarenessTests() => _node = _broker.Connect("node", ProtocolVersion.V311);

    public void Dispose() => _broker.Dispose();

    [Fact]
    [Spec("tck-id-conformance-mqtt-aware-store", "tck-id-conformance-mqtt-aware-nbirth-mqtt-topic", "tck-id-conformance-mqtt-aware-dbirth-mqtt-topic")]
    [Spec("tck-id-conformance-mqtt-aware-nbirth-mqtt-retain", "tck-id-conformance-mqtt-aware-dbirth-mqtt-retain")]
    public void The_latest_births_are_offered_retained_with_the_same_bytes()
    {
        Birth("spBv1.0/G/NBIRTH/N", 1);
        Birth("spBv1.0/G/DBIRTH/N/D", 2);
        Birth("spBv1.0/G/DBIRTH/N/D", 3);
        Assert.Equal([("spBv1.0/G/DBIRTH/N/D", 3), ("spBv1.0/G/NBIRTH/N", 1)], Kept(_broker));
        _broker.Pass(TimeSpan.FromMilliseconds(Durability.WriteBehind));
        using var next = _broker.Restart();
        Assert.Equal([("spBv1.0/G/DBIRTH/N/D", 3), ("spBv1.0/G/NBIRTH/N", 1)], Kept(next));
    }

    [Fact]
    public void An_NBIRTH_voids_the_DBIRTH_certificates_of_its_node_and_of_no_other()
    {
        foreach (var topic in (string[])["NBIRTH/N", "DBIRTH/N/D1", "DBIRTH/N/D2", "NBIRTH/N2", "DBIRTH/N2/D1"])
            Birth($"spBv1.0/G/{topic}", 1);
        Birth("spBv1.0/G/NBIRTH/N", 2);
        Assert.Equal([("spBv1.0/G/DBIRTH/N2/D1", 1), ("spBv1.0/G/NBIRTH/N", 2), ("spBv1.0/G/NBIRTH/N2", 1)], Kept(_broker));
        Birth("spBv1.0/G/DBIRTH/N/D2", 3);
        Assert.Contains(("spBv1.0/G/DBIRTH/N/D2", 3), Kept(_broker));
    }

    [Fact]
    public void Who_subscribes_to_certificates_gets_each_birth_live_after_its_own_topic()
    {
        var host = _broker.Connect("host").Subscribe("spBv1.0/#").Subscribe("$sparkplug/#");
        Birth("spBv1.0/G/NBIRTH/N", 1);
        Birth("spBv1.0/G/DBIRTH/N/D", 2);
        Assert.Equal(
            ["spBv1.0/G/NBIRTH/N", $"{Certificates}spBv1.0/G/NBIRTH/N", "spBv1.0/G/DBIRTH/N/D", $"{Certificates}spBv1.0/G/DBIRTH/N/D"],
            host.Take().Select(packet => packet.Topic));
    }

    [Fact]
    public void A_birth_is_delivered_however_slow_or_full_the_disk_is()
    {
        var host = _broker.Connect("host").Subscribe("spBv1.0/#");
        _broker.Store.Disk = Disk.Slow;
        Birth("spBv1.0/G/NBIRTH/N", 1);
        _broker.Store.Fill();
        Birth("spBv1.0/G/NBIRTH/N", 2);
        Assert.Equal(2, host.Take().Count);
        Assert.Equal(1, _broker.Engine.Retained.Count);
    }

    [Theory, MemberData(nameof(Versions.Both), MemberType = typeof(Versions))]
    [Spec("tck-id-conformance-mqtt-aware-ndeath-timestamp")]
    public void An_NDEATH_says_when_it_was_delivered(byte version)
    {
        var host = _broker.Connect("host").Subscribe("spBv1.0/#", Qos.AtLeastOnce);
        var death = Will("spBv1.0/G/NDEATH/N", "\u0008\u0001", Qos.AtLeastOnce); // timestamp = 1
        var node = _broker.Connect("n", (ProtocolVersion)version, will: death);
        _broker.Pass(TimeSpan.FromSeconds(5));
        var now = (ulong)_broker.Time.GetUtcNow().ToUnixTimeMilliseconds();
        node.Vanish();
        var payload = host.TakeOne(PacketType.Publish).Payload;
        var timestamp = 0UL;
        for (var i = 1; i < payload.Length; i++)
            timestamp |= (ulong)(payload[i] & 0x7F) << (7 * (i - 1));
        Assert.Equal((0x08, now), (payload[0], timestamp));
    }

    private void Birth(string topic, byte version) => _node.Send(ClientPackets.Publish(topic, [0x18, version], ProtocolVersion.V311));

    private static List<(string, int)> Kept(EngineHarness broker)
    {
        var reader = broker.Connect("reader").Send(ClientPackets.Subscribe(1, $"{Certificates}#"));
        var packets = reader.Take().Skip(1).ToList();
        Assert.All(packets, packet => Assert.True(packet.Retain));
        reader.SayGoodbye();
        return [.. packets.Select(packet => (packet.Topic[Certificates.Length..], (int)packet.Payload[1])).Order()];
    }
}
