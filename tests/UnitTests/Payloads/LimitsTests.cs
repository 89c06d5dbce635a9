using Sparkplug.Payloads;
using static UnitTests.Payloads.WireBytes;

namespace UnitTests.Payloads;

public sealed class LimitsTests
{
    private static readonly byte[] IntValue1 = Number(10, 1);

    [Fact]
    public void A_payload_of_exactly_the_limit_is_read_and_one_byte_more_is_refused()
    {
        var limits = new PayloadLimits { Bytes = 100 };

        AssertAccepted(Bytes(5, new byte[98]), limits);
        AssertRefused(PayloadFaultReason.TooLarge, Bytes(5, new byte[99]), limits);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(16)]
    [InlineData(40)]
    public void Nesting_to_exactly_the_limit_is_read_and_one_level_more_is_refused(int depth)
    {
        var limits = new PayloadLimits { Depth = depth };
        foreach (var nest in (Func<int, byte[]>[])[Templates, PropertySets, PropertySetLists])
        {
            AssertAccepted(nest(depth), limits);
            AssertRefused(PayloadFaultReason.TooDeep, nest(depth + 1), limits);
        }
    }

    [Fact]
    public void No_limit_allows_more_than_forty_levels()
    {
        var limits = new PayloadLimits { Depth = int.MaxValue };
        foreach (var nest in (Func<int, byte[]>[])[Templates, PropertySets, PropertySetLists])
        {
            AssertAccepted(nest(40), limits);
            AssertRefused(PayloadFaultReason.TooDeep, nest(41), limits);
            AssertRefused(PayloadFaultReason.TooDeep, nest(20_000), limits);
        }
    }

    [Fact]
    public void Every_entry_of_every_list_counts_against_one_limit()
    {
        (byte[] Bytes, int Items)[] payloads =
        [
            ([], 0),
            ([.. Metric(IntValue1), .. Metric(IntValue1), .. Metric(IntValue1)], 3),
            (Metric(IntValue1, Bytes(9, Text(1, "a"), Bytes(2, Number(3, 1)), Text(1, "b"), Bytes(2, Number(3, 1)))), 5),
            (Metric(IntValue1, Bytes(9, Text(1, "a"), Bytes(2, Bytes(10, Bytes(1), Bytes(1))))), 5),
            (Metric(Bytes(17, Number(1, 1), Text(2, "a"), Number(3, 3), Bytes(4, Bytes(1)), Bytes(4, Bytes(1)))), 7),
            (Metric(Bytes(17, Number(1, 2), Text(2, "a"), Text(2, "b"), Bytes(3, [3, 3]))), 5),
            (Metric(Bytes(18, Bytes(2, Text(1, "x"), IntValue1), Bytes(3, Text(1, "p")), Bytes(3, Text(1, "q")))), 4),
        ];
        foreach (var (bytes, items) in payloads)
        {
            AssertAccepted(bytes, new PayloadLimits { Items = items });
            if (items > 0) AssertRefused(PayloadFaultReason.TooMany, bytes, new PayloadLimits { Items = items - 1 });
        }
    }

    [Fact]
    public void Hostile_bytes_are_refused_before_memory_is_spent_on_them()
    {
        (PayloadFaultReason Reason, byte[] Bytes)[] hostile =
        [
            (PayloadFaultReason.Malformed, [0x2A, .. Varint(int.MaxValue)]),
            (PayloadFaultReason.Malformed, [0x2A, .. Varint(ulong.MaxValue)]),
            (PayloadFaultReason.Malformed, [0x12, .. Varint(1_000_000_000), 0x0A, 1, 0x6D]),
            (PayloadFaultReason.TooDeep, Templates(50_000)),
            (PayloadFaultReason.TooMany, Repeat([0x12, 0x00], 8_000_000)),
            (PayloadFaultReason.TooMany, Metric(Bytes(17, Bytes(3, new byte[15_000_000])))),
            (PayloadFaultReason.TooMany, Metric(Bytes(9, Repeat([0x0A, 0x00], 7_000_000)))),
        ];
        foreach (var (reason, bytes) in hostile)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var accepted = PayloadCodec.TryDecode(bytes, PayloadLimits.Default, out _, out var fault);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

            Assert.False(accepted);
            Assert.Equal(reason, fault.Reason);
            Assert.InRange(allocated, 0, 50_000);
        }
    }

    [Fact]
    public void Fields_that_nobody_knows_cost_no_memory()
    {
        var bytes = Repeat([.. Varint(1_000_000UL << 3), 1], 2_000_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        AssertAccepted(bytes, PayloadLimits.Default);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 50_000);
    }

    /// <summary>A metric whose Template has a member whose Template has a member …</summary>
    private static byte[] Templates(int depth)
    {
        var content = new Nested([.. Text(1, "m"), .. IntValue1]);
        for (var level = depth; level > 0; level--)
        {
            content.PutBefore(Number(5, 1), Head(2, content.Length));
            content.PutBefore(Text(1, "m"), Head(18, content.Length));
        }
        content.PutBefore([], Head(2, content.Length));
        return content.ToArray();
    }

    /// <summary>A metric with a property set in a property set in …</summary>
    private static byte[] PropertySets(int depth)
    {
        var content = new Nested(depth == 0 ? [] : Number(3, 1));
        for (var level = depth; level > 0; level--)
        {
            content.PutBefore(Text(1, "k"), Head(2, content.Length));
            content.PutBefore([], Head(9, content.Length));
        }
        return InMetric(content);
    }

    /// <summary>The same, but each set holds a list of sets: set, list, set, list, …</summary>
    private static byte[] PropertySetLists(int depth)
    {
        var endsInList = depth > 0 && depth % 2 == 0;
        var content = new Nested(depth == 0 ? [] : endsInList ? Bytes(10) : Number(3, 1));
        for (var level = endsInList ? depth - 1 : depth; level > 0; level -= 2)
        {
            content.PutBefore(Text(1, "k"), Head(2, content.Length));
            if (level == 1) content.PutBefore([], Head(9, content.Length));
            else
            {
                content.PutBefore([], Head(1, content.Length));
                content.PutBefore([], Head(10, content.Length));
            }
        }
        return InMetric(content);
    }

    private static byte[] InMetric(Nested content)
    {
        content.PutBefore(Text(1, "m"), IntValue1);
        content.PutBefore([], Head(2, content.Length));
        return content.ToArray();
    }

    private static byte[] Head(int field, int length) => [.. Varint((ulong)field << 3 | 2), .. Varint((ulong)length)];

    private static byte[] Repeat(byte[] once, int times)
    {
        var bytes = new byte[once.Length * times];
        for (var i = 0; i < times; i++) once.CopyTo(bytes, i * once.Length);
        return bytes;
    }

    private static void AssertAccepted(byte[] bytes, PayloadLimits limits)
    {
        Assert.True(PayloadCodec.TryDecode(bytes, limits, out var payload, out var fault), fault.ToString());
        Assert.Empty(payload.Faults);
    }

    private static void AssertRefused(PayloadFaultReason reason, byte[] bytes, PayloadLimits limits)
    {
        Assert.False(PayloadCodec.TryDecode(bytes, limits, out var payload, out var fault));
        Assert.Null(payload);
        Assert.Equal(reason, fault.Reason);
        Assert.InRange(fault.Detail.Length, 10, 200);
    }

    /// <summary>Bytes that grow at the front: each message around what is there needs its length first.</summary>
    private sealed class Nested(byte[] innermost)
    {
        private readonly List<byte[]> _parts = [innermost];

        public int Length { get; private set; } = innermost.Length;

        public void PutBefore(byte[] first, byte[] second)
        {
            _parts.Add(second);
            _parts.Add(first);
            Length += first.Length + second.Length;
        }

        public byte[] ToArray() => [.. Enumerable.Reverse(_parts).SelectMany(part => part)];
    }
}
