using CsCheck;
using Sparkplug.Broker.Awareness;

namespace UnitTests.Broker;

[Spec("tck-id-conformance-mqtt-aware-ndeath-timestamp")]
public sealed class NdeathTimestampTests
{
    private const ulong Now = 1_795_561_234_567;

    private static readonly byte[] NowField = [0x08, .. Varint(Now)];

    // A field that is not the timestamp, of each wire type.
    private static readonly Gen<byte[]> OtherField = Gen.OneOf(
        Gen.Select(Gen.UInt[2, 0x1FFF_FFFF], Gen.ULong, (number, value) => (byte[])[.. Varint((ulong)number << 3), .. Varint(value)]),
        Gen.Select(Gen.UInt[1, 0x1FFF_FFFF], Gen.Byte.Array[8], (number, value) => (byte[])[.. Varint((ulong)number << 3 | 1), .. value]),
        Gen.Select(Gen.UInt[1, 0x1FFF_FFFF], Gen.Byte.Array[0, 300], (number, value) => (byte[])[.. Varint((ulong)number << 3 | 2), .. Varint((ulong)value.Length), .. value]),
        Gen.Select(Gen.UInt[1, 0x1FFF_FFFF], Gen.Byte.Array[4], (number, value) => (byte[])[.. Varint((ulong)number << 3 | 5), .. value]));

    private static readonly Gen<byte[]> OtherFields = OtherField.Array[0, 5].Select(fields => fields.SelectMany(field => field).ToArray());

    [Fact]
    public void The_timestamp_is_replaced_where_it_stands_and_all_else_is_kept() =>
        Gen.Select(OtherFields, Gen.ULong, OtherFields).Sample((before, time, after) =>
        {
            byte[] payload = [.. before, 0x08, .. Varint(time), .. after];
            Assert.Equal(Stamping.Replaced, NdeathTimestamp.Replace(payload, Now, out var stamped));
            Assert.Equal([.. before, .. NowField, .. after], stamped);
        });

    [Fact]
    public void Without_a_timestamp_nothing_is_added() =>
        OtherFields.Sample(payload => Assert.Equal(Stamping.Absent, NdeathTimestamp.Replace(payload, Now, out _)));

    [Fact]
    public void A_second_timestamp_does_not_win_over_ours()
    {
        Assert.Equal(Stamping.Replaced, NdeathTimestamp.Replace([0x08, 1, 0x18, 5, 0x08, 2], Now, out var stamped));
        Assert.Equal([.. NowField, 0x18, 5], stamped);
    }

    [Fact]
    public void A_payload_that_is_cut_inside_a_field_is_unreadable() =>
        Gen.Select(OtherField, Gen.Int[1, int.MaxValue]).Sample((field, cut) =>
        {
            byte[] whole = [0x08, 1, .. field];
            var length = 2 + 1 + cut % field.Length;
            if (length < whole.Length)
                Assert.Equal(Stamping.Unreadable, NdeathTimestamp.Replace(whole.AsSpan(0, length), Now, out _));
        });

    [Fact]
    public void Garbage_never_throws_and_what_is_stamped_stays_readable() =>
        Gen.Byte.Array[0, 40].Sample(payload =>
        {
            if (NdeathTimestamp.Replace(payload, Now, out var stamped) != Stamping.Replaced)
                return;
            Assert.Equal(Stamping.Replaced, NdeathTimestamp.Replace(stamped, Now, out var again));
            Assert.Equal(stamped, again);
        });

    [Theory]
    [InlineData(new byte[] { 0x00, 0x01 })] // field number 0
    [InlineData(new byte[] { 0x0B, 0x0C })] // a group
    [InlineData(new byte[] { 0x0F })] // wire type 7
    [InlineData(new byte[] { 0x12, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01 })] // a length of 2^64 - 1
    [InlineData(new byte[] { 0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01 })] // a varint of 11 bytes
    public void What_is_no_protobuf_is_unreadable(byte[] payload) =>
        Assert.Equal(Stamping.Unreadable, NdeathTimestamp.Replace(payload, Now, out _));

    private static byte[] Varint(ulong value)
    {
        List<byte> bytes = [];
        for (; value >= 0x80; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        return [.. bytes, (byte)value];
    }
}
