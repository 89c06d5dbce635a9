using System.Text;
using Sparkplug.Broker.Connections;
using Sparkplug.Broker.Packets;

namespace UnitTests.Broker.Engine;

/// <summary>One client of an <see cref="EngineHarness"/>: sends packets as bytes, and looks at what came back.</summary>
internal sealed class TestClient(EngineHarness harness, MemoryConnection connection, ProtocolVersion version)
{
    private byte[] _rest = [];

    public ProtocolVersion Version => version;

    public MemoryConnection Connection => connection;

    public bool IsClosed => connection.IsClosed;

    /// <summary>Sends packets, each on its own, and lets the broker's loop turn.</summary>
    public TestClient Send(params byte[][] packets)
    {
        foreach (var packet in packets)
            connection.Input(packet);
        harness.Turn();
        return this;
    }

    /// <summary>Everything that came since the last look.</summary>
    public List<ServerPacket> Take()
    {
        harness.Turn();
        byte[] all = [.. _rest, .. connection.TakeSent()];
        ReadOnlySpan<byte> rest = all;
        var packets = new List<ServerPacket>();
        while (ServerPacket.TryRead(ref rest, version) is { } packet)
            packets.Add(packet);
        _rest = rest.ToArray();
        return packets;
    }

    /// <summary>The one packet that came since the last look.</summary>
    public ServerPacket TakeOne(PacketType type)
    {
        var packet = Assert.Single(Take());
        Assert.Equal(type, packet.Type);
        return packet;
    }

    /// <summary>The PUBLISH packets that came, as <c>topic=payload</c>; whatever else came is read over.</summary>
    public List<string> TakeMessages() => [.. Take().Where(packet => packet.Type == PacketType.Publish).Select(packet => $"{packet.Topic}={packet.Text}")];

    /// <summary>Nothing came.</summary>
    public void TakeNothing() => Assert.Empty(Take());

    /// <summary>The connection was closed; a 5.0 client was told why, a 3.1.1 client nothing (MQTT-4.13.1-1, MQTT-4.8.0-1).</summary>
    public void WasEnded(ReasonCode reason)
    {
        var packets = Take();
        Assert.True(IsClosed);
        if (version == ProtocolVersion.V311)
        {
            Assert.DoesNotContain(packets, packet => packet.Type == PacketType.Disconnect);
            return;
        }

        var last = packets[^1];
        Assert.Equal((PacketType.Disconnect, reason), (last.Type, last.Reason));
    }

    public TestClient Subscribe(string filter, Qos qos = Qos.AtMostOnce, ushort packetId = 1)
    {
        Send(ClientPackets.Subscribe(packetId, filter, qos, version));
        Assert.Equal([(ReasonCode)qos], Take().First(packet => packet.Type == PacketType.Suback).Reasons);
        return this;
    }

    public TestClient Publish(string topic, string payload, Qos qos = Qos.AtMostOnce, ushort packetId = 0, bool retain = false, bool dup = false) =>
        Send(ClientPackets.Publish(topic, Encoding.UTF8.GetBytes(payload), version, qos, packetId, retain, dup));

    public TestClient Ack(PacketType type, ushort packetId, ReasonCode reason = ReasonCode.Success) => Send(ClientPackets.Ack(type, packetId, reason, version));

    /// <summary>DISCONNECT with Normal disconnection.</summary>
    public void SayGoodbye() => Send(ClientPackets.Disconnect(version));

    /// <summary>The connection breaks.</summary>
    public void Vanish(ConnectionEnd end = ConnectionEnd.Broken)
    {
        connection.Break(end);
        harness.Turn();
    }
}
