using System.Buffers.Binary;
using System.Text;

namespace Benchmarks.Generator;

/// <summary>The MQTT 3.1.1 packets that edge nodes and hosts send, made once before a run.</summary>
internal static class Packets
{
    public const byte Connack = 0x20, Publish = 0x30, Puback = 0x40, Suback = 0x90;

    private const int KeepAliveSeconds = 1200; // longer than any run: no ping disturbs it
    private const byte CleanSession = 0x02, HasWill = 0x04, WillQos1 = 0x08, HasPassword = 0x40, HasUserName = 0x80;

    public static byte[] Connect(string clientId, bool cleanSession, Message? will = null, Credentials? credentials = null)
    {
        var body = new List<byte>();
        body.AddRange([0, 4, .. "MQTT"u8, 4]);
        body.Add((byte)((cleanSession ? CleanSession : 0) | (will is null ? 0 : HasWill | WillQos1) | (credentials is null ? 0 : HasUserName | HasPassword)));
        AddUInt16(body, KeepAliveSeconds);
        AddText(body, clientId);
        if (will is not null)
        {
            AddText(body, will.Topic);
            AddUInt16(body, will.Payload.Length);
            body.AddRange(will.Payload);
        }

        if (credentials is not null)
        {
            AddText(body, credentials.UserName);
            AddText(body, credentials.Password);
        }

        return Whole(0x10, body);
    }

    public static byte[] Subscribe(byte qos, params ReadOnlySpan<string> filters)
    {
        var body = new List<byte> { 0, 1 };
        foreach (var filter in filters)
        {
            AddText(body, filter);
            body.Add(qos);
        }

        return Whole(0x82, body);
    }

    /// <summary>A PUBLISH; its packet identifier (QoS 1) is 1.</summary>
    public static byte[] PublishOf(Message message, byte qos, bool retain)
    {
        var body = new List<byte>();
        AddText(body, message.Topic);
        if (qos > 0)
            AddUInt16(body, 1);
        body.AddRange(message.Payload);
        return Whole((byte)(Publish | (qos << 1) | (retain ? 1 : 0)), body);
    }

    /// <summary>Where the topic's characters begin in a PUBLISH.</summary>
    public static int TopicOffset(ReadOnlySpan<byte> publish)
    {
        var at = 1;
        while (publish[at] >= 0x80) at++;
        return at + 3;
    }

    /// <summary>Where the packet identifier (QoS 1) or the payload (QoS 0) begins in a PUBLISH.</summary>
    public static int TopicEnd(ReadOnlySpan<byte> publish)
    {
        var topic = TopicOffset(publish);
        return topic + BinaryPrimitives.ReadUInt16BigEndian(publish[(topic - 2)..]);
    }

    /// <summary>Where the payload begins in a PUBLISH.</summary>
    public static int PayloadOffset(ReadOnlySpan<byte> publish) => TopicEnd(publish) + ((publish[0] & 0x06) == 0 ? 0 : 2);

    private static byte[] Whole(byte first, List<byte> body)
    {
        var packet = new List<byte> { first };
        var length = body.Count;
        do
        {
            packet.Add((byte)((length & 0x7F) | (length > 0x7F ? 0x80 : 0)));
            length >>= 7;
        }
        while (length > 0);
        packet.AddRange(body);
        return [.. packet];
    }

    private static void AddText(List<byte> body, string text)
    {
        AddUInt16(body, Encoding.UTF8.GetByteCount(text));
        body.AddRange(Encoding.UTF8.GetBytes(text));
    }

    private static void AddUInt16(List<byte> body, int number)
    {
        body.Add((byte)(number >> 8));
        body.Add((byte)number);
    }
}

/// <summary>A topic and its payload.</summary>
internal sealed record Message(string Topic, byte[] Payload);

/// <summary>What a client signs in with.</summary>
internal sealed record Credentials(string UserName, string Password);
