using CsCheck;
using EdgeNode.Devices;
using EdgeNode.Serial;
using Sparkplug.Metrics;

namespace UnitTests.Serial;

public sealed class LinkValueTests
{
    [Theory]
    [InlineData("0", "0")]
    [InlineData("-0", "0")]
    [InlineData("007", "7")]
    [InlineData("2147483647", "2147483647")]
    [InlineData("-2147483648", "-2147483648")]
    public void An_int32_is_read(string text, string value)
    {
        Assert.True(LinkValue.TryParse(text, DataType.Int32, out var read));
        Assert.Equal(MetricValue.Int32(int.Parse(value, null)), read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("+1")]
    [InlineData("1.0")]
    [InlineData("1e3")]
    [InlineData(" 1")]
    [InlineData("1,000")]
    [InlineData("2147483648")]
    [InlineData("-2147483649")]
    [InlineData("00000000001")]
    [InlineData("٣")]
    public void What_is_no_int32_is_refused(string text) => Assert.False(LinkValue.TryParse(text, DataType.Int32, out _));

    [Theory]
    [InlineData("25", 25f)]
    [InlineData("25.49", 25.49f)]
    [InlineData("-0.125", -0.125f)]
    [InlineData("1.5e+09", 1.5e9f)]
    [InlineData("1E-5", 1e-5f)]
    [InlineData("-0", -0f)]
    [InlineData("3.4028235E+38", float.MaxValue)]
    [InlineData("1E-45", float.Epsilon)]
    [InlineData("1e-99", 0f)]
    public void A_float_is_read(string text, float value)
    {
        Assert.True(LinkValue.TryParse(text, DataType.Float, out var read));
        Assert.Equal(MetricValue.Float(value), read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData(".5")]
    [InlineData("5.")]
    [InlineData("+5")]
    [InlineData("1e")]
    [InlineData("1e+")]
    [InlineData("1e100")]
    [InlineData("1e99")]
    [InlineData("3.5e38")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("inf")]
    [InlineData("1,5")]
    [InlineData("0x10")]
    [InlineData("12345678901234567")]
    [InlineData("1 ")]
    public void What_is_no_float_is_refused(string text) => Assert.False(LinkValue.TryParse(text, DataType.Float, out _));

    [Theory]
    [InlineData("0", true)]
    [InlineData("1", true)]
    [InlineData("2", false)]
    [InlineData("00", false)]
    [InlineData("", false)]
    [InlineData("true", false)]
    public void A_bool_is_0_or_1(string text, bool isBool) => Assert.Equal(isBool, LinkValue.TryParse(text, DataType.Boolean, out _));

    [Fact]
    public void Any_float_is_written_within_16_characters_and_gives_the_same_bits_back() => Gen.UInt.Sample(bits =>
    {
        var value = MetricValue.Float(BitConverter.UInt32BitsToSingle(bits));
        var isFinite = float.IsFinite(value.AsSingle());
        Assert.Equal(isFinite, LinkValue.TryFormat(value, out var text));
        if (!isFinite) return;
        Assert.True(LinkValue.TryParse(text, DataType.Float, out var back), text);
        Assert.Equal(value, back);
    });

    [Fact]
    public void Any_int32_is_written_and_read_back() => Gen.Int.Sample(number =>
    {
        Assert.True(LinkValue.TryFormat(MetricValue.Int32(number), out var text));
        Assert.True(LinkValue.TryParse(text, DataType.Int32, out var back));
        Assert.Equal(MetricValue.Int32(number), back);
    });

    [Fact]
    public void What_the_link_cannot_carry_is_not_written()
    {
        Assert.False(LinkValue.TryFormat(MetricValue.Null(DataType.Float), out _));
        Assert.False(LinkValue.TryFormat(MetricValue.String("x"), out _));
        Assert.False(LinkValue.TryFormat(MetricValue.Double(1), out _));
        Assert.False(LinkValue.TryFormat(default, out _));
    }

    [Theory]
    [InlineData("climate", "climate-7f3a9c12")]
    [InlineData("my sketch*", "my-sketch-7f3a9c12")]
    [InlineData("a-very-long-sketch-name", "a-very-long-sk-7f3a9c12")]
    [InlineData("°°", "board-7f3a9c12")]
    [InlineData("---", "board-7f3a9c12")]
    [InlineData("a/b+c#d", "a-b-c-d-7f3a9c12")]
    public void A_new_id_has_the_sketchs_name_as_far_as_it_can(string sketch, string id) =>
        Assert.Equal(id, BoardId.Create(sketch, 0x7f3a9c12).Value);

    [Fact]
    public void Every_new_id_is_an_id() => Gen.Select(Gen.String, Gen.UInt).Sample((sketch, random) =>
    {
        var id = BoardId.Create(sketch, random);
        Assert.True(BoardId.TryParse(id.Value, out var parsed), id.Value);
        Assert.Equal(id, parsed);
    });

    [Theory]
    [InlineData("a", true)]
    [InlineData("ard-7f3a9c12", true)]
    [InlineData("A.b_c-9", true)]
    [InlineData("--", true)]
    [InlineData("12345678901234567890123", true)]
    [InlineData("123456789012345678901234", false)]
    [InlineData("", false)]
    [InlineData("-", false)]
    [InlineData("a/b", false)]
    [InlineData("a b", false)]
    [InlineData("ä", false)]
    [InlineData("a+", false)]
    public void An_id_is_what_the_link_says(string text, bool isId) => Assert.Equal(isId, BoardId.TryParse(text, out _));
}
