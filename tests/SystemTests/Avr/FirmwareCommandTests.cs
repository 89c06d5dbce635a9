using System.Globalization;
using SystemTests.Support;

namespace SystemTests.Avr;

/// <summary>Commands: applied once, answered with what was applied, or refused with a reason (docs/serial-link.md, section 5).</summary>
[Collection(RealClock.Name)]
public sealed class FirmwareCommandTests : FirmwareTest
{
    [Fact]
    public async Task SET_drives_the_pin_and_is_answered_by_what_was_applied()
    {
        await using AvrBoard board = await StartAsync();
        await using var wire = new Wire(board.PortPath);
        await wire.NextAsync("DATA");

        WireLine on = await wire.AskAsync(1, "SET", "relay:1");
        PinChange change = await board.WaitForPinAsync("relay", high: true, Deadline);
        WireLine off = await wire.AskAsync(2, "SET", "relay:0");
        await board.WaitForPinAsync("relay", high: false, Deadline);

        Assert.Equal(("ACK", "1"), (on.Verb, on["relay"]));
        Assert.Equal(("ACK", "0"), (off.Verb, off["relay"]));
        Assert.InRange(change.SinceLastByte, TimeSpan.Zero, TimeSpan.FromMilliseconds(20));
        Assert.DoesNotContain(wire.Lines, line => line.Verb == "DATA" && line["relay"] == "1"); // the answer was the news
    }

    [Fact]
    public async Task A_repeated_command_is_answered_again_and_applied_once()
    {
        await using AvrBoard board = await StartAsync();
        await using var wire = new Wire(board.PortPath);
        await wire.NextAsync("DATA");

        await wire.AskAsync(7, "SET", "relay:1");
        WireLine repeated = await wire.AskAsync(7, "SET", "relay:0");

        Assert.Equal(("ACK", "1"), (repeated.Verb, repeated["relay"]));
        Assert.True(await board.IsHighAsync("relay"));
        Assert.Equal(1, await board.CountChangesAsync("relay"));
    }

    [Fact]
    public async Task The_last_command_is_told_in_HELLO_and_forgotten_by_a_reset()
    {
        await using AvrBoard board = await StartAsync();
        await using var wire = new Wire(board.PortPath);
        await wire.NextAsync("DATA");
        await wire.AskAsync(65535, "SET", "relay:1");

        await wire.SendAsync("HELLO? proto=1");
        Assert.Equal("65535", (await wire.NextAsync("HELLO"))["cmd"]);

        await board.ResetAsync();
        Assert.Equal("0", (await wire.NextAsync("HELLO", line => line.Seq == 0))["cmd"]);
        await board.WaitForPinAsync("relay", high: false, Deadline);
        Assert.Equal("1", (await wire.AskAsync(65535, "SET", "relay:1"))["relay"]);
        await board.WaitForPinAsync("relay", high: true, Deadline);
    }

    [Theory]
    [InlineData("temperature:20", "read-only")]
    [InlineData("nothing:1", "unknown-tag")]
    [InlineData("relay:2", "type")]
    [InlineData("relay:true", "type")]
    [InlineData("relay:", "type")]
    [InlineData("relay", "syntax")]
    [InlineData("", "syntax")]
    [InlineData("relay:1 led:1", "syntax")]
    [InlineData(":1", "syntax")]
    public async Task A_command_that_cannot_be_applied_is_refused_with_a_reason(string fields, string reason)
    {
        await using AvrBoard board = await StartAsync();
        await using var wire = new Wire(board.PortPath);
        await wire.NextAsync("DATA");

        WireLine answer = await wire.AskAsync(1, "SET", fields);

        Assert.Equal(("NAK", reason), (answer.Verb, answer["reason"]));
        Assert.Equal(0, await board.CountChangesAsync("relay"));
    }

    [Fact]
    public async Task An_unknown_key_is_skipped()
    {
        await using AvrBoard board = await StartAsync();
        await using var wire = new Wire(board.PortPath);
        await wire.NextAsync("DATA");

        Assert.Equal("1", (await wire.AskAsync(1, "SET", "lease=500 relay:1"))["relay"]);
    }

    [Fact]
    public async Task Commands_that_come_while_the_board_speaks_are_not_lost()
    {
        await using AvrBoard board = await StartAsync("Probe");
        await using var wire = new Wire(board.PortPath);
        await wire.NextAsync("DATA");

        await wire.SendAsync("HELLO? proto=1"); // half a kilobyte of answer
        await wire.SendAsync("SET cmd=1 a-name-of-24-characters.:-1.2345e+10");

        Assert.Equal("read-only", (await wire.AnswerAsync(1))["reason"]);
        Assert.Equal("0", (await wire.NextAsync("BEAT"))["bad"]);
    }

    [Fact]
    public async Task Values_come_back_as_they_went_or_are_refused()
    {
        await using AvrBoard board = await StartAsync("Probe");
        await using var wire = new Wire(board.PortPath);
        await wire.NextAsync("DATA");

        int cmd = 0;
        foreach ((string sent, string expected) in Exchanges)
        {
            string tag = sent[..sent.IndexOf(':', StringComparison.Ordinal)];
            WireLine answer = await wire.AskAsync(++cmd, "SET", sent);
            Assert.Equal(sent + " -> " + expected, sent + " -> " + (answer["reason"] ?? answer[tag]));
        }

        await wire.SendAsync("GET");
        int applied = Exchanges.Count(exchange => exchange.Expected is not ("type" or "range" or "refused"));
        Assert.Equal(applied.ToString(CultureInfo.InvariantCulture), (await wire.NextAsync("DATA", line => line["flag"] is not null))["writes"]);
    }

    // A NAK's reason, or the value that the board read back.
    private static readonly (string Sent, string Expected)[] Exchanges =
    [
        ("any/float:25", "25"),
        ("any/float:25.49", "25.49"),
        ("any/float:-0.125", "-0.125"),
        ("any/float:0", "0"),
        ("any/float:0.1", "0.1"),
        ("any/float:0.0001", "0.0001"),
        ("any/float:0.00009", "9e-05"),
        ("any/float:1234567", "1234567"),
        ("any/float:9999999", "9999999"),
        ("any/float:10000000", "1e+07"),
        ("any/float:1.5E+09", "1.5e+09"),
        ("any/float:3.4028E+38", "3.4028e+38"),
        ("any/float:-1.17549435E-38", "-1.175494e-38"),
        ("any/float:3.5E+38", "type"),
        ("any/float:nan", "type"),
        ("any/float:-inf", "type"),
        ("any/float:1,5", "type"),
        ("any/float:+1", "type"),
        ("any/float:1e", "type"),
        ("any/float:!", "type"),
        ("any/int:0", "0"),
        ("any/int:-1", "-1"),
        ("any/int:2147483647", "2147483647"),
        ("any/int:-2147483648", "-2147483648"),
        ("any/int:2147483648", "type"),
        ("any/int:-2147483649", "type"),
        ("any/int:1.0", "type"),
        ("any/int:0x10", "type"),
        ("any/int:-", "type"),
        ("limited.float:-1.5", "-1.5"),
        ("limited.float:-1.6", "range"),
        ("limited.float:1.1e10", "range"),
        ("limited.int:10", "10"),
        ("limited.int:11", "range"),
        ("limited.int:-2147483648", "-2147483648"),
        ("flag:1", "1"),
        ("flag:0", "0"),
        ("flag:10", "type"),
        ("stubborn:1", "refused"),
    ];
}
