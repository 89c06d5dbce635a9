using System.Buffers;
using MQTTnet.Packets;
using Sparkplug.Metrics;
using Sparkplug.Payloads;

namespace SystemTests.Wire;

/// <summary>One packet as a client sent it. Flags are read from the bytes; the codec, which our client uses too, has no say in them.</summary>
/// <param name="Header">The first byte: type and flags.</param>
/// <param name="Body">All after the remaining length.</param>
/// <param name="Packet">What the codec makes of it.</param>
internal sealed record SentPacket(byte Header, byte[] Body, MqttPacket Packet)
{
    /// <summary>The header of a PUBLISH at QoS 0, not retained, not a duplicate.</summary>
    public const byte PlainPublish = 0x30;

    /// <summary>The header of a PUBLISH at QoS 1 that is to be retained.</summary>
    public const byte RetainedPublishAtQoS1 = 0x33;

    public MqttConnectPacket Connect => (MqttConnectPacket)Packet;

    /// <summary>The protocol level of a CONNECT: 4 for 3.1.1, 5 for 5.0. Before it stands the name MQTT with its length.</summary>
    public byte ProtocolLevel => Body[6];

    /// <summary>The Connect Flags of a CONNECT.</summary>
    public ConnectFlags ConnectFlags => (ConnectFlags)Body[7];

    public MqttSubscribePacket Subscribe => (MqttSubscribePacket)Packet;

    /// <summary>The topic of a PUBLISH; null for any other packet.</summary>
    public string? Topic => (Packet as MqttPublishPacket)?.Topic;

    public StatePayload State
    {
        get
        {
            Assert.True(StatePayload.TryDecode(Bytes, out var state));
            return state;
        }
    }

    public Payload Payload => Decode(Bytes);

    /// <summary>The one metric of a payload.</summary>
    public Metric Metric => Assert.Single(Payload.Metrics);

    public static Payload Decode(byte[] bytes)
    {
        Assert.True(PayloadCodec.TryDecode(bytes, PayloadLimits.Default, out var payload, out var fault), fault.ToString());
        Assert.Empty(payload.Faults);
        return payload;
    }

    /// <summary><c>CONNECT</c>, <c>PUBLISH spBv1.0/…</c></summary>
    public override string ToString()
    {
        var name = Packet.GetType().Name["Mqtt".Length..^"Packet".Length].ToUpperInvariant();
        return Topic is null ? name : $"{name} {Topic}";
    }

    private byte[] Bytes => ((MqttPublishPacket)Packet).Payload.ToArray();
}

/// <summary>The Connect Flags (MQTT 3.1.1 and 5.0, 3.1.2.3).</summary>
[Flags]
internal enum ConnectFlags : byte
{
    /// <summary>Clean Session, in MQTT 5 Clean Start.</summary>
    Clean = 0x02,

    Will = 0x04,

    WillQoS1 = 0x08,

    WillQoS2 = 0x10,

    WillRetain = 0x20,
}
