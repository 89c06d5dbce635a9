using MQTTnet.Exceptions;

namespace Sparkplug.Broker.Engine;

/// <summary>
/// Watches the bytes of a connection and refuses a packet by its announced length, before anyone makes room for it.
/// <code>packet = type (1 byte)  length (1 to 4 bytes of 7 bits, low ones first)  body</code>
/// </summary>
internal sealed class PacketLimit(int connect, int others)
{
    /// <summary>What a CONNECT may take: its strings and its Will, each at most 64 KiB, and some properties.</summary>
    public const int DefaultConnect = 512 << 10;

    /// <summary>What any other packet may take; MQTT 5 clients are told in CONNACK.</summary>
    public const int DefaultOthers = 16 << 20;

    private int _limit = connect;
    private long _bodyLeft;
    private int _length, _shift = -1;

    /// <summary>Takes the next bytes that were received.</summary>
    /// <exception cref="MqttProtocolViolationException">A packet is larger than allowed.</exception>
    public void Observe(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_bodyLeft > 0)
            {
                var taken = (int)Math.Min(_bodyLeft, bytes.Length);
                _bodyLeft -= taken;
                bytes = bytes[taken..];
                continue;
            }

            TakeHeaderByte(bytes[0]);
            bytes = bytes[1..];
        }
    }

    private void TakeHeaderByte(byte next)
    {
        if (_shift < 0)
        {
            (_shift, _length) = (0, 0); // the packet type
            return;
        }

        _length |= (next & 0x7F) << _shift;
        _shift += 7;
        if (next >= 0x80 && _shift < 28)
            return;
        if (next >= 0x80)
            throw new MqttProtocolViolationException("The remaining length has more than four bytes [MQTT-2.1.4].");
        if (_length > _limit)
            throw new MqttProtocolViolationException($"The packet announces {_length} bytes, {_limit} are allowed here.");
        (_bodyLeft, _shift, _limit) = (_length, -1, others);
    }
}
