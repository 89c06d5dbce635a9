using System.Text.Unicode;

namespace Sparkplug.Payloads;

/// <summary>
/// Walks the bytes of a payload once without allocating, before any object is made of them. What it lets pass is whole protobuf of the
/// schema, its texts are UTF-8, its 32-bit numbers fit, and it is within the limits of depth and items: a few hostile bytes cannot claim much memory.
/// </summary>
internal ref struct WireScanner
{
    /// <summary>Two protobuf messages to a level; the parser behind gives up at 100.</summary>
    public const int DeepestSupported = 40;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int _deepest;
    private int _at;
    private int _itemsLeft;
    private int _metric;
    private PayloadFault _fault;

    private WireScanner(ReadOnlySpan<byte> bytes, PayloadLimits limits)
    {
        _bytes = bytes;
        _deepest = Math.Min(limits.Depth, DeepestSupported);
        _itemsLeft = limits.Items;
        _metric = -1;
    }

    public static bool TryScan(ReadOnlySpan<byte> bytes, PayloadLimits limits, out PayloadFault fault)
    {
        var scanner = new WireScanner(bytes, limits);
        var isSound = scanner.TryMessage(WireMessage.Payload, bytes.Length, depth: 0);
        fault = scanner._fault;
        return isSound;
    }

    private bool TryMessage(WireMessage message, int end, int depth)
    {
        while (_at < end)
        {
            if (!TryVarint(end, out var tag) || tag is < 8 or > uint.MaxValue) return Malformed("the tag of a field is cut off or impossible");
            var field = WireField.Of(message, (uint)tag >> 3);
            if (message == WireMessage.Payload && field.Content == WireContent.Message) _metric++;
            // Fields that are not in the schema are passed over by the parser and cost no memory.
            if (field.IsRepeated && field.Content != WireContent.UInt32List && !TryCount()) return false;
            var isSound = (tag & 7) switch
            {
                0 => TryNumber(field, end),
                1 => TrySkip(8, end),
                2 => TryLengthDelimited(field, end, depth),
                5 => TrySkip(4, end),
                _ => Malformed("a field has a wire type that Sparkplug B does not use"),
            };
            if (!isSound) return false;
        }
        return true;
    }

    private bool TryNumber(WireField field, int end)
    {
        if (!TryVarint(end, out var number)) return Malformed("a number is cut off or too long");
        return field.Content switch
        {
            WireContent.UInt32 => TryUInt32(number),
            WireContent.UInt32List => TryCount() && TryUInt32(number),
            _ => true,
        };
    }

    /// <summary>The parser would silently cut a larger number; only a negative one that was sign-extended to 64 bits loses nothing.</summary>
    private bool TryUInt32(ulong number) =>
        number <= uint.MaxValue || unchecked((long)number) is >= int.MinValue and < 0 || Malformed("a number does not fit 32 bits");

    private bool TryLengthDelimited(WireField field, int end, int depth)
    {
        if (!TryVarint(end, out var length) || length > (ulong)(end - _at)) return Malformed("a field claims more bytes than there are");
        var fieldEnd = _at + (int)length;
        switch (field.Content)
        {
            case WireContent.Message:
                if (field.IsNesting) depth++;
                return depth <= _deepest
                    ? TryMessage(field.Message, fieldEnd, depth)
                    : Fail(PayloadFaultReason.TooDeep, $"nested deeper than {_deepest} levels");
            case WireContent.Text when !Utf8.IsValid(_bytes[_at..fieldEnd]):
                return Malformed("a text is not UTF-8");
            case WireContent.UInt32List:
                return TryPacked(fieldEnd);
            default:
                _at = fieldEnd;
                return true;
        }
    }

    private bool TryPacked(int end)
    {
        while (_at < end)
        {
            if (!TryCount()) return false;
            if (!TryVarint(end, out var number)) return Malformed("a number is cut off or too long");
            if (!TryUInt32(number)) return false;
        }
        return true;
    }

    private bool TrySkip(int length, int end)
    {
        if (length > end - _at) return Malformed("a number is cut off");
        _at += length;
        return true;
    }

    private bool TryCount()
    {
        if (_itemsLeft == 0) return Fail(PayloadFaultReason.TooMany, "holds more items than are accepted");
        _itemsLeft--;
        return true;
    }

    private bool TryVarint(int end, out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 64 && _at < end; shift += 7)
        {
            var next = _bytes[_at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return true;
        }
        return false;
    }

    private bool Malformed(string what) => Fail(PayloadFaultReason.Malformed, what);

    private bool Fail(PayloadFaultReason reason, string what)
    {
        _fault = new PayloadFault(reason, _metric < 0 ? $"byte {_at}: {what}" : $"byte {_at}, in metric {_metric}: {what}");
        return false;
    }
}
