using CsCheck;
using Sparkplug.Metrics;
using Sparkplug.Payloads;
using UnitTests.Metrics;

namespace UnitTests.Payloads;

public sealed class HostilePayloadTests
{
    private static readonly PayloadLimits Limits = PayloadLimits.Default;

    /// <summary>A payload of ours with everything in it, and births and data of two other implementations.</summary>
    private static readonly byte[][] Payloads =
    [
        PayloadCodec.Encode(WithEverything()),
        .. PeerPayload.All.Where(peer => peer.Topic.Contains("DBIRTH", StringComparison.Ordinal)).Take(1).Select(peer => peer.Bytes),
        .. PeerPayload.All.Where(peer => peer.Source.Contains("Tahu", StringComparison.Ordinal)).Take(1).Select(peer => peer.Bytes),
        .. PeerPayload.All.Where(peer => peer.Topic.Contains("DATA/", StringComparison.Ordinal)).Take(2).Select(peer => peer.Bytes),
    ];

    [Fact]
    public void A_payload_that_is_cut_off_anywhere_but_between_its_fields_is_malformed()
    {
        foreach (var bytes in Payloads)
        {
            var whole = FieldEnds(bytes);
            for (var length = 0; length < bytes.Length; length++)
            {
                var accepted = PayloadCodec.TryDecode(bytes.AsSpan(0, length), Limits, out _, out var fault);
                Assert.Equal(whole.Contains(length), accepted);
                Assert.Equal(accepted ? PayloadFaultReason.None : PayloadFaultReason.Malformed, fault.Reason);
            }
        }
    }

    [Fact]
    public void Whichever_bit_is_flipped_the_payload_is_read_or_refused_and_what_is_read_encodes_to_the_same()
    {
        foreach (var original in Payloads)
        {
            var bytes = original.ToArray();
            for (var bit = 0; bit < bytes.Length * 8; bit++)
            {
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
                AssertReadOrRefused(bytes);
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            }
        }
    }

    [Fact]
    public void Random_bytes_are_read_or_refused() => Gen.Byte.Array[0, 200].Sample(AssertReadOrRefused, iter: 20_000);

    [Fact]
    public void Random_small_bytes_that_look_like_fields_are_read_or_refused() =>
        Gen.OneOf<byte>(0x00, 0x01, 0x02, 0x03, 0x05, 0x08, 0x0A, 0x12, 0x18, 0x1A, 0x20, 0x22, 0x28, 0x38, 0x42, 0x4A, 0x50, 0x52, 0x5A, 0x82, 0x8A, 0x92, 0xFF)
            .Array[0, 60].Sample(AssertReadOrRefused, iter: 50_000);

    [Theory]
    [InlineData("00")]
    [InlineData("0000")]
    [InlineData("02")]
    [InlineData("13")]
    [InlineData("1314")]
    [InlineData("14")]
    [InlineData("16")]
    [InlineData("1F")]
    [InlineData("80")]
    [InlineData("FFFFFFFFFFFFFFFFFFFF01")]
    [InlineData("18FFFFFFFFFFFFFFFFFFFF01")]
    [InlineData("8080808080808080808000")]
    [InlineData("808080808001")]
    [InlineData("0801021A")]
    [InlineData("12020A05")]
    [InlineData("120A0A")]
    public void Bytes_that_are_not_protobuf_are_malformed_and_the_place_is_named(string hex)
    {
        Assert.False(PayloadCodec.TryDecode(Convert.FromHexString(hex), Limits, out _, out var fault));
        Assert.Equal(PayloadFaultReason.Malformed, fault.Reason);
        Assert.StartsWith("byte ", fault.Detail, StringComparison.Ordinal);
    }

    [Fact]
    [Spec("tck-id-payloads-template-version", "tck-id-payloads-template-parameter-name-type")]
    public void A_text_that_is_not_utf8_is_malformed_wherever_it_stands()
    {
        byte[] bad = [0xC3, 0x28];
        byte[][] payloads =
        [
            WireBytes.Bytes(4, bad),
            WireBytes.Bytes(2, WireBytes.Bytes(1, bad)),
            WireBytes.Metric(WireBytes.Bytes(15, bad)),
            .. new[] { 2, 5, 6, 7, 8 }.Select(field => WireBytes.Metric(WireBytes.Bytes(8, WireBytes.Bytes(field, bad)))),
            WireBytes.Metric(WireBytes.Bytes(9, WireBytes.Bytes(1, bad))),
            WireBytes.Metric(WireBytes.Bytes(9, WireBytes.Bytes(2, WireBytes.Bytes(8, bad)))),
            WireBytes.Metric(WireBytes.Bytes(17, WireBytes.Bytes(2, bad))),
            WireBytes.Metric(WireBytes.Bytes(17, WireBytes.Bytes(4, WireBytes.Bytes(1, WireBytes.Bytes(6, bad))))),
            WireBytes.Metric(WireBytes.Bytes(18, WireBytes.Bytes(1, bad))),
            WireBytes.Metric(WireBytes.Bytes(18, WireBytes.Bytes(4, bad))),
            WireBytes.Metric(WireBytes.Bytes(18, WireBytes.Bytes(3, WireBytes.Bytes(1, bad)))),
            WireBytes.Metric(WireBytes.Bytes(18, WireBytes.Bytes(3, WireBytes.Bytes(8, bad)))),
        ];
        foreach (var bytes in payloads)
        {
            Assert.False(PayloadCodec.TryDecode(bytes, Limits, out _, out var fault));
            Assert.EndsWith("a text is not UTF-8", fault.Detail, StringComparison.Ordinal);
        }
    }

    private static void AssertReadOrRefused(byte[] bytes)
    {
        if (!PayloadCodec.TryDecode(bytes, Limits, out var payload, out var fault))
        {
            Assert.NotEqual(PayloadFaultReason.None, fault.Reason);
            Assert.InRange(fault.Detail.Length, 1, 200);
            return;
        }
        Assert.DoesNotContain(payload.Faults, metricFault => metricFault.ToString().Length > 1_000);
        var sound = payload with { Faults = [] };
        Assert.True(PayloadCodec.TryDecode(PayloadCodec.Encode(sound), Limits, out var again, out _));
        Assert.True(sound.Equals(again), "what was read does not encode to the same");
    }

    private static HashSet<int> FieldEnds(byte[] bytes)
    {
        var ends = new HashSet<int> { 0 };
        for (var at = 0; at < bytes.Length; ends.Add(at))
        {
            var isBytes = (Varint(bytes, ref at) & 7) == 2;
            var number = Varint(bytes, ref at);
            if (isBytes) at += (int)number;
        }
        return ends;
    }

    private static ulong Varint(byte[] bytes, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            value |= (ulong)(bytes[at] & 0x7F) << shift;
            if (bytes[at++] < 0x80) return value;
        }
    }

    private static Payload WithEverything()
    {
        var properties = PropertySet.Empty.With("Quality", MetricValue.Int32(192))
            .With("set", MetricValue.PropertySet(PropertySet.Empty.With("null", MetricValue.Null(DataType.Double))))
            .With("list", MetricValue.PropertySetList([PropertySet.Empty, PropertySet.Empty.With("k", MetricValue.Text("v"))]));
        var metrics = MetricValueTests.OneOfEachType.Where(value => value.Type.IsForMetric()).Select((value, i) => new Metric
        {
            Name = $"m{i}",
            Alias = (ulong)i,
            Timestamp = new Timestamp(1_700_000_000_000),
            DataType = value.Type,
            IsHistorical = i % 3 == 0,
            Properties = i % 8 == 0 ? properties : null,
            MetaData = value.Type == DataType.File ? new MetaData { FileName = "f", Size = 1 } : null,
            Value = value,
        });
        var definition = new Template
        {
            IsDefinition = true,
            Version = "1",
            Parameters = [new TemplateParameter("p", MetricValue.Int8(-1))],
            Metrics = [new Metric { Name = "x", Value = MetricValue.Int32(1) }],
        };
        return new Payload
        {
            Timestamp = new Timestamp(1_700_000_000_000),
            Seq = new Seq(7),
            Uuid = "u",
            Body = new byte[] { 1, 2 },
            Metrics = [.. metrics, new Metric { Name = "d", DataType = DataType.Template, Value = MetricValue.Template(definition) }],
        };
    }
}
