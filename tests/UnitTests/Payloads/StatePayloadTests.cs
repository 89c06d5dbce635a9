using System.Text;
using CsCheck;
using Sparkplug.Metrics;
using Sparkplug.Payloads;

namespace UnitTests.Payloads;

public sealed class StatePayloadTests
{
    [Fact]
    [Spec("tck-id-host-topic-phid-birth-payload", "tck-id-payloads-state-birth-payload")]
    public void A_birth_is_json_with_online_true_and_the_milliseconds() =>
        Assert.Equal("""{"online":true,"timestamp":1668114759262}""", Encoding.UTF8.GetString(new StatePayload(true, new Timestamp(1668114759262)).Encode()));

    [Fact]
    [Spec("tck-id-host-topic-phid-death-payload", "tck-id-payloads-state-will-message-payload")]
    public void A_death_is_json_with_online_false_and_the_milliseconds() =>
        Assert.Equal("""{"online":false,"timestamp":0}""", Encoding.UTF8.GetString(new StatePayload(false, default).Encode()));

    [Fact]
    public void What_is_encoded_reads_back() => Gen.Select(Gen.Bool, Gen.ULong).Sample((online, milliseconds) =>
    {
        var state = new StatePayload(online, new Timestamp(milliseconds));
        return StatePayload.TryDecode(state.Encode(), out var read) && read == state;
    });

    [Theory]
    [InlineData("""{"timestamp":7,"online":true}""")]
    [InlineData(" {\r\n \"online\" : true ,\t\"timestamp\" : 7 } \n")]
    [InlineData("""{"online":true,"timestamp":7,"bdSeq":3}""")]
    [InlineData("""{"a":{"online":false,"timestamp":[1,{"timestamp":2}]},"online":true,"b":[[],{}],"timestamp":7,"c":"online"}""")]
    [InlineData("""{"\u006fnline":true,"t\u0069mestamp":7}""")]
    [InlineData("""{"Online":false,"online":true,"timestamp":7}""")]
    public void Order_white_space_escapes_and_unknown_keys_do_not_matter(string json)
    {
        Assert.True(StatePayload.TryDecode(Encoding.UTF8.GetBytes(json), out var state));
        Assert.Equal(new StatePayload(true, new Timestamp(7)), state);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("ONLINE")]
    [InlineData("OFFLINE")]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{")]
    [InlineData("""{"online":true}""")]
    [InlineData("""{"timestamp":7}""")]
    [InlineData("""{"online":"true","timestamp":7}""")]
    [InlineData("""{"online":1,"timestamp":7}""")]
    [InlineData("""{"online":null,"timestamp":7}""")]
    [InlineData("""{"online":[true],"timestamp":7}""")]
    [InlineData("""{"online":true,"timestamp":"7"}""")]
    [InlineData("""{"online":true,"timestamp":null}""")]
    [InlineData("""{"online":true,"timestamp":{}}""")]
    [InlineData("""{"online":true,"timestamp":-7}""")]
    [InlineData("""{"online":true,"timestamp":7.5}""")]
    [InlineData("""{"online":true,"timestamp":7e3}""")]
    [InlineData("""{"online":true,"timestamp":18446744073709551616}""")]
    [InlineData("""{"online":true,"timestamp":07}""")]
    [InlineData("""{"online":true,"timestamp":NaN}""")]
    [InlineData("""{"online":true,"timestamp":7,}""")]
    [InlineData("""{"online":true,"timestamp":7}x""")]
    [InlineData("""{"online":true,"timestamp":7}{}""")]
    [InlineData("""{"online":true,"timestamp":7} /* */""")]
    [InlineData("""{"online":true,"online":true,"timestamp":7}""")]
    [InlineData("""{"online":true,"timestamp":7,"online":false}""")]
    [InlineData("""{"online":true,"timestamp":7,"timestamp":8}""")]
    [InlineData("""{"\ud800":1,"online":true,"timestamp":7}""")]
    [InlineData("""{"online\ud800":1,"online":true,"timestamp":7}""")]
    [InlineData("\ufeff{\"online\":true,\"timestamp\":7}")]
    public void What_is_not_a_state_is_refused(string json)
    {
        Assert.False(StatePayload.TryDecode(Encoding.UTF8.GetBytes(json), out var state));
        Assert.Equal(default, state);
    }

    [Fact]
    public void Deep_nesting_and_great_length_are_refused()
    {
        Assert.False(TryDecode($$"""{"a":{{new string('[', 1_000)}}{{new string(']', 1_000)}},"online":true,"timestamp":7}"""));
        Assert.True(TryDecode($$"""{"online":true,"timestamp":7,"a":"{{new string('x', 4_000)}}"}"""));
        Assert.False(TryDecode($$"""{"online":true,"timestamp":7,"a":"{{new string('x', 5_000)}}"}"""));

        static bool TryDecode(string json) => StatePayload.TryDecode(Encoding.UTF8.GetBytes(json), out _);
    }

    [Fact]
    public void Cut_off_flipped_or_random_bytes_never_throw()
    {
        var bytes = """{"a\u0041":[1,{"b":"\ud83d\ude80"}],"online":true,"timestamp":1668114759262}"""u8.ToArray();
        for (var length = 0; length < bytes.Length; length++) Assert.False(StatePayload.TryDecode(bytes.AsSpan(0, length), out _));
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            StatePayload.TryDecode(bytes, out _);
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
        Gen.Byte.Array[0, 100].Sample(random => { StatePayload.TryDecode(random, out _); });
    }
}
