using System.Diagnostics.CodeAnalysis;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace Sparkplug.Mqtt;

/// <summary>
/// What one connection has yet to send, and which of its packets the server has yet to acknowledge. It lives and dies with its
/// connection, so that nothing queued for one is ever sent on a later one.
/// <para>
/// Order: acknowledgements and pings first, then everything else as it was queued. A message of QoS 1 waits while as many are
/// unacknowledged as the server accepts at once (MQTT-3.3.4-9), and what is behind it waits with it. DISCONNECT leaves when all
/// before it is acknowledged.
/// </para>
/// Thread-safe; no call waits.
/// </summary>
internal sealed class Outbox(int capacity, long byteCapacity)
{
    private readonly Lock _gate = new();
    private readonly Queue<MqttPacket> _answers = new();
    private readonly Queue<MqttPacket> _packets = new();
    private readonly Dictionary<ushort, MqttPacketWithIdentifier> _unacknowledged = [];
    private int _receiveMaximum = ushort.MaxValue;
    private int _publishesUnacknowledged;
    private long _bytes;
    private ushort _lastIdentifier;
    private bool _closed;

    /// <summary>How many messages of QoS 1 the server accepts before it acknowledges one.</summary>
    public void LimitUnacknowledged(int receiveMaximum)
    {
        lock (_gate) _receiveMaximum = receiveMaximum;
    }

    /// <summary>Queues a PUBLISH, SUBSCRIBE or DISCONNECT. On a closed outbox it goes nowhere.</summary>
    /// <returns>False when there is no room: a packet was lost.</returns>
    public bool TryAdd(MqttPacket packet)
    {
        var bytes = SizeOf(packet);
        lock (_gate)
        {
            if (_closed) return true;
            if (_packets.Count + _unacknowledged.Count >= capacity || _bytes + bytes > byteCapacity) return false;
            _bytes += bytes;
            _packets.Enqueue(packet);
            return true;
        }
    }

    /// <summary>Queues a PUBACK or PINGREQ, ahead of the rest.</summary>
    public bool TryAddAnswer(MqttPacket packet)
    {
        lock (_gate)
        {
            if (_answers.Count >= capacity) return false;
            if (!_closed) _answers.Enqueue(packet);
            return true;
        }
    }

    /// <summary>The next packet that may be sent now, with its identifier set.</summary>
    public bool TryTake([NotNullWhen(true)] out MqttPacket? packet)
    {
        lock (_gate)
        {
            if (_answers.TryDequeue(out packet)) return true;
            if (!_packets.TryPeek(out packet) || !MaySend(packet)) return false;
            _packets.Dequeue();
            if (NeedsAcknowledgement(packet))
                Track((MqttPacketWithIdentifier)packet);
            else
                _bytes -= SizeOf(packet);
            return true;
        }
    }

    /// <summary>Takes an acknowledgement.</summary>
    /// <param name="identifier">The packet identifier that came with it.</param>
    /// <param name="packet">What it is for.</param>
    /// <returns>False when nothing of that kind and identifier waits for one.</returns>
    public bool TryAcknowledge<TPacket>(ushort identifier, [NotNullWhen(true)] out TPacket? packet)
        where TPacket : MqttPacketWithIdentifier
    {
        lock (_gate)
        {
            packet = _unacknowledged.GetValueOrDefault(identifier) as TPacket;
            if (packet is null) return false;
            _unacknowledged.Remove(identifier);
            _bytes -= SizeOf(packet);
            if (packet is MqttPublishPacket) _publishesUnacknowledged--;
            return true;
        }
    }

    /// <summary>Drops everything, now and from now on.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            _answers.Clear();
            _packets.Clear();
            _unacknowledged.Clear();
        }
    }

    private static bool NeedsAcknowledgement(MqttPacket packet) =>
        packet is MqttSubscribePacket or MqttPublishPacket { QualityOfServiceLevel: not MqttQualityOfServiceLevel.AtMostOnce };

    private static long SizeOf(MqttPacket packet) => packet is MqttPublishPacket publish ? publish.Payload.Length + publish.Topic.Length : 0;

    private bool MaySend(MqttPacket packet) => packet switch
    {
        MqttDisconnectPacket => _unacknowledged.Count == 0,
        MqttPublishPacket when NeedsAcknowledgement(packet) => _publishesUnacknowledged < _receiveMaximum && HasFreeIdentifier,
        MqttSubscribePacket => HasFreeIdentifier,
        _ => true,
    };

    private bool HasFreeIdentifier => _unacknowledged.Count < ushort.MaxValue;

    private void Track(MqttPacketWithIdentifier packet)
    {
        do
        {
            // 0 is no identifier (MQTT-2.2.1-3).
            _lastIdentifier = _lastIdentifier == ushort.MaxValue ? (ushort)1 : (ushort)(_lastIdentifier + 1);
        }
        while (_unacknowledged.ContainsKey(_lastIdentifier));
        packet.PacketIdentifier = _lastIdentifier;
        _unacknowledged.Add(_lastIdentifier, packet);
        if (packet is MqttPublishPacket) _publishesUnacknowledged++;
    }
}
