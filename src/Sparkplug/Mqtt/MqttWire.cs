using System.Buffers;
using System.IO.Pipelines;
using MQTTnet.Adapter;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Packets;

namespace Sparkplug.Mqtt;

/// <summary>
/// Packets on a stream. The framing is our own, so that a packet's size is checked before memory is taken for it and so that many
/// small packets share one write; MQTTnet encodes and decodes what is inside. One reader and one writer at a time.
/// </summary>
internal sealed class MqttWire
{
    private const int BufferSize = 64 * 1024;
    private const int LongestHeader = 5;

    private readonly PipeReader _input;
    private readonly PipeWriter _output;
    private readonly MqttPacketFormatterAdapter _encoder;
    private readonly MqttPacketFormatterAdapter _decoder;
    private readonly int _largestPacket;

    public MqttWire(Stream stream, MqttVersion version, int largestPacket)
    {
        _input = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: BufferSize, leaveOpen: true));
        _output = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
        _encoder = CreateFormatter(version);
        _decoder = CreateFormatter(version);
        _largestPacket = largestPacket;
    }

    /// <summary>The largest packet that the server accepts.</summary>
    public long LargestSent { get; set; } = long.MaxValue;

    /// <summary>True when so much was added that it should be sent before more is.</summary>
    public bool ShouldFlush => _output.UnflushedBytes >= BufferSize;

    /// <summary>Adds a packet to what <see cref="FlushAsync"/> sends.</summary>
    /// <exception cref="MqttFailure">The packet is larger than the server accepts (MQTT-3.1.2-24).</exception>
    public void Add(MqttPacket packet)
    {
        var encoded = _encoder.Encode(packet);
        if (encoded.Length > LargestSent)
            throw new MqttFailure($"a packet of {encoded.Length} bytes is larger than the {LargestSent} that the server accepts");
        _output.Write(encoded.Packet);
        foreach (var segment in encoded.Payload) _output.Write(segment.Span);
        _encoder.Cleanup();
    }

    /// <summary>Sends what was added.</summary>
    public async ValueTask FlushAsync(CancellationToken cancel) => await _output.FlushAsync(cancel);

    /// <summary>The next packet; null when the server has closed the connection.</summary>
    /// <exception cref="MqttFailure">What came is not MQTT or too large.</exception>
    public async ValueTask<MqttPacket?> ReadAsync(CancellationToken cancel)
    {
        while (true)
        {
            var read = await _input.ReadAsync(cancel);
            if (TryFrame(read.Buffer, out var header, out var body, out var end))
            {
                var packet = Decode(header, body.ToArray(), (int)read.Buffer.Slice(0, end).Length);
                _input.AdvanceTo(end);
                return packet;
            }
            if (read.IsCompleted) return null;
            _input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static MqttPacketFormatterAdapter CreateFormatter(MqttVersion version) => new(
        version == MqttVersion.V5 ? MqttProtocolVersion.V500 : MqttProtocolVersion.V311,
        new MqttBufferWriter(4096, BufferSize));

    // [ type and flags ][ remaining length: 1 to 4 bytes of 7 bits, the top bit says that more follow ][ body ]
    private bool TryFrame(in ReadOnlySequence<byte> buffer, out byte header, out ReadOnlySequence<byte> body, out SequencePosition end)
    {
        var reader = new SequenceReader<byte>(buffer);
        body = default;
        end = default;
        if (!reader.TryRead(out header)) return false;
        var length = 0;
        for (var shift = 0; ; shift += 7)
        {
            if (!reader.TryRead(out var part)) return false;
            length |= (part & 0x7F) << shift;
            if ((part & 0x80) == 0) break;
            if (shift == 21) throw new MqttFailure("the server sent a packet without a valid length");
        }
        if (length > _largestPacket - LongestHeader)
            throw new MqttFailure($"the server sent a packet of {length} bytes; at most {_largestPacket} are accepted");
        if (reader.Remaining < length) return false;
        body = buffer.Slice(reader.Position, length);
        end = body.End;
        return true;
    }

    private MqttPacket Decode(byte header, byte[] body, int total)
    {
        try
        {
            return _decoder.Decode(new ReceivedMqttPacket(header, new ArraySegment<byte>(body), total));
        }
        catch (Exception exception) when (exception is MqttProtocolViolationException or ArgumentException or IndexOutOfRangeException
            or NotSupportedException or OverflowException or NullReferenceException or InvalidOperationException)
        {
            throw new MqttFailure($"the server sent a malformed packet of type {header >> 4}: {Words.Bounded(exception.Message)}");
        }
    }
}
