using System.Numerics;

namespace Sparkplug.Broker.Packets;

/// <summary>
/// Gathers the properties that a server passes on unaltered (MQTT-3.3.2-4, -15, -16, -17, -18, -20). Usually they stand side by side and
/// are not copied; where another property stands between them, they are brought together in the scratch array.
/// </summary>
/// <param name="section">The properties of the packet, as they came.</param>
/// <param name="scratch">Memory to use, or null; a larger one takes its place where it is too small.</param>
internal ref struct ForwardedProperties(ReadOnlySpan<byte> section, byte[]? scratch)
{
    private readonly ReadOnlySpan<byte> _section = section;
    private int _start, _end, _copied;

    /// <summary>The properties of a message that go on to its subscribers.</summary>
    public static readonly ulong Ids = PropertyReader.Set(
        PropertyId.PayloadFormatIndicator, PropertyId.ContentType, PropertyId.ResponseTopic, PropertyId.CorrelationData,
        PropertyId.UserProperty);

    /// <summary>The memory to use the next time.</summary>
    public byte[]? Scratch { get; private set; } = scratch;

    /// <summary>What was gathered.</summary>
    public readonly ReadOnlySpan<byte> Bytes => _copied > 0 ? Scratch.AsSpan(0, _copied) : _section[_start.._end];

    /// <summary>Checks the value of the current property, which is one of <see cref="Ids"/>, and takes it in.</summary>
    public void Add(PropertyId id, ref PropertyReader properties)
    {
        Check(id, ref properties.Value);
        Append(properties.Start, properties.Value.Position);
    }

    private static void Check(PropertyId id, ref BodyReader value)
    {
        switch (id)
        {
            case PropertyId.PayloadFormatIndicator:
                value.ReadFlag(nameof(PropertyId.PayloadFormatIndicator), "MQTT 5, 3.3.2.3.2");
                break;
            case PropertyId.ContentType:
                value.ReadUtf8(nameof(PropertyId.ContentType));
                break;
            case PropertyId.ResponseTopic:
                if (value.ReadTopicName(nameof(PropertyId.ResponseTopic), "MQTT-3.3.2-14").IsEmpty)
                    throw value.ProtocolError(nameof(PropertyId.ResponseTopic), "is empty", "MQTT-4.7.3-1");
                break;
            case PropertyId.CorrelationData:
                value.ReadBinary(nameof(PropertyId.CorrelationData));
                break;
            default:
                value.ReadUtf8(nameof(PropertyId.UserProperty));
                value.ReadUtf8("UserProperty's value");
                break;
        }
    }

    private void Append(int start, int end)
    {
        if (_copied == 0 && _start == _end)
            (_start, _end) = (start, end);
        else if (_copied == 0 && _end == start)
            _end = end;
        else
            Copy(start, end);
    }

    private void Copy(int start, int end)
    {
        if (Scratch is null || Scratch.Length < _section.Length)
            Scratch = new byte[BitOperations.RoundUpToPowerOf2((uint)_section.Length)];
        if (_copied == 0)
        {
            _section[_start.._end].CopyTo(Scratch);
            _copied = _end - _start;
        }
        _section[start..end].CopyTo(Scratch.AsSpan(_copied));
        _copied += end - start;
    }
}
