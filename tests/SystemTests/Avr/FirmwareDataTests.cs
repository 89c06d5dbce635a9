using SystemTests.Support;

namespace SystemTests.Avr;

/// <summary>Readings, heartbeat and the firmware's stand against noise (docs/serial-link.md, sections 4, 5 and 7).</summary>
[Collection(RealClock.Name)]
public sealed class FirmwareDataTests : FirmwareTest
{
    [Fact]
    public async Task Readings_follow_the_analog_inputs()
    {
        await using AvrBoard board = await StartAsync();
        await using var wire = new Wire(board.PortPath);
        await wire.NextAsync("DATA", line => line["temperature"] == "25");

        await board.SetAnalogAsync(0, 400);
        await wire.NextAsync("DATA", line => line["temperature"] == "-10.2");
        await board.SetAnalogAsync(1, 1000);
        WireLine data = await wire.NextAsync("DATA", line => line["humidity"] is not null);

        Assert.Equal("20", data["humidity"]);
        Assert.Null(data["temperature"]); // only what has changed
    }

    [Fact]
    public async Task Readings_have_a_fraction()
    {
        await using AvrBoard board = await StartAsync();
        await using var wire = new Wire(board.PortPath);
        await wire.NextAsync("DATA", line => line["temperature"] == "25");

        await board.SetAnalogAsync(0, 905); // 185 counts of 4.88 mV, and half of one
        await wire.NextAsync("DATA", line => line["temperature"] == "40.6");
    }

    [Fact]
    public async Task A_sensor_that_is_not_there_is_a_fault_and_no_value()
    {
        await using AvrBoard board = await StartAsync();
        await using var wire = new Wire(board.PortPath);
        await wire.NextAsync("DATA", line => line["temperature"] == "25");

        await board.SetAnalogAsync(0, 0);
        Assert.Equal("!", (await wire.NextAsync("DATA", line => line["temperature"] is not null))["temperature"]);

        await board.SetAnalogAsync(0, 750);
        Assert.Equal("25", (await wire.NextAsync("DATA", line => line["temperature"] is not null))["temperature"]);
    }

    [Fact]
    public async Task Every_line_is_a_frame_and_the_sequence_has_no_gap()
    {
        await using AvrBoard board = await StartAsync();
        await using var wire = new Wire(board.PortPath);

        await wire.NextAsync("BEAT");
        await wire.NextAsync("BEAT");

        Assert.All(wire.Lines, line => Assert.True(line.IsFrame, line.Text));
        Assert.Equal(Enumerable.Range(0, wire.Lines.Count), wire.Lines.Select(line => line.Seq));
    }

    [Fact]
    public async Task The_heart_beats_once_a_second_of_the_boards_time()
    {
        await using AvrBoard board = await StartAsync();
        await using var wire = new Wire(board.PortPath);

        WireLine first = await wire.NextAsync("BEAT");
        WireLine second = await wire.NextAsync("BEAT");

        Assert.InRange(second.Number("up") - first.Number("up"), 950, 1050);
    }

    [Fact]
    public async Task Lines_that_are_damaged_too_long_or_strange_are_counted_and_nothing_else()
    {
        await using AvrBoard board = await StartAsync();
        await using var wire = new Wire(board.PortPath);
        await wire.NextAsync("BEAT");

        await wire.SendRawAsync("SET cmd=9 relay:1*0000\n"); // wrong CRC
        await wire.SendRawAsync("SET cmd=9 relay:1\n"); // none
        await wire.SendRawAsync(new string('x', 59) + "\n"); // as long as allowed, but no frame
        await wire.SendRawAsync(new string('x', 300) + "\n"); // too long
        await wire.SendAsync("SET relay:1"); // no command id to answer to
        await wire.SendAsync("DANCE cmd=9 relay:1"); // a verb of a later version
        await wire.SendRawAsync("SET cmd=9 re"); // half a line, and then the rest of the day
        await wire.SendRawAsync("\n");

        WireLine beat = await wire.NextAsync("BEAT", line => line["unknown"] != "0" && line["bad"] == "6");
        Assert.Equal("1", beat["unknown"]);
        Assert.DoesNotContain(wire.Lines, line => line.Verb is "ACK" or "NAK");
        Assert.False(await board.IsHighAsync("relay"));
    }

    [Fact]
    public async Task No_command_with_a_flipped_bit_is_obeyed()
    {
        await using AvrBoard board = await StartAsync();
        await using var wire = new Wire(board.PortPath);
        await wire.NextAsync("BEAT");
        const string body = "SET cmd=1 relay:1";
        byte[] line = System.Text.Encoding.ASCII.GetBytes($"{body}*{Wire.Crc(body)}");

        for (int bit = 0; bit < line.Length * 8; bit++)
        {
            // A CRC's letter means the same in lower case.
            if (bit % 8 == 5 && bit / 8 > body.Length && char.IsAsciiLetter((char)line[bit / 8]))
                continue;
            byte[] flipped = [.. line, (byte)'\n'];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            await wire.SendRawAsync(flipped);
        }

        await wire.SendAsync("GET"); // answered after all of them
        Assert.Equal("0", (await wire.NextAsync("DATA", data => data["led"] is not null && data["relay"] is not null))["relay"]);
        Assert.DoesNotContain(wire.Lines, answer => answer.Verb is "ACK" or "NAK");
        Assert.Equal(0, await board.CountChangesAsync("relay"));
    }

    [Fact]
    public async Task Every_byte_value_may_come_and_the_board_goes_on()
    {
        await using AvrBoard board = await StartAsync();
        await using var wire = new Wire(board.PortPath);
        await wire.NextAsync("BEAT");

        await wire.SendRawAsync([.. Enumerable.Range(0, 256).Select(value => (byte)value), (byte)'\n']);

        Assert.Equal("ACK", (await wire.AskAsync(1, "SET", "relay:1")).Verb);
    }

    [Fact]
    public async Task GET_brings_every_value_and_an_empty_line_does_no_harm()
    {
        await using AvrBoard board = await StartAsync();
        await using var wire = new Wire(board.PortPath);
        await wire.NextAsync("BEAT");

        await wire.SendRawAsync("\r\n\n");
        await wire.SendAsync("GET");

        WireLine data = await wire.NextAsync("DATA", line => line["led"] is not null);
        Assert.Equal(("25", "50", "0", "0"), (data["temperature"], data["humidity"], data["led"], data["relay"]));
        Assert.Equal("0", (await wire.NextAsync("BEAT"))["bad"]);
    }

    [Fact]
    public async Task Lost_and_foreign_bytes_cost_the_lines_they_are_in_and_no_other()
    {
        await using AvrBoard board = await StartAsync();
        await using var wire = new Wire(board.PortPath);
        await wire.NextAsync("DATA");

        await board.DropAsync(97);
        await board.GarbageAsync(500);
        for (int round = 0; round < 5; round++)
        {
            await wire.SendAsync("GET");
            await wire.NextAsync("BEAT");
        }
        await board.DropAsync(0);

        await wire.NextAsync("BEAT");
        Assert.Contains(wire.Lines, line => !line.IsFrame);
        Assert.DoesNotContain(wire.Lines, line => line.IsFrame && line.Verb == "DATA" && line["temperature"] is not (null or "25"));
    }

    [Fact]
    public async Task A_board_that_hangs_is_silent_and_goes_on_where_it_stood()
    {
        await using AvrBoard board = await StartAsync();
        await using var wire = new Wire(board.PortPath);
        int seq = (await wire.NextAsync("BEAT")).Seq;

        await board.FreezeAsync();
        AvrStats frozen = await board.StatsAsync();
        await wire.SendAsync("SET cmd=1 relay:1");
        Assert.Equal(frozen.Time, (await board.StatsAsync()).Time);

        await board.ThawAsync();
        WireLine answer = await wire.AnswerAsync(1);
        Assert.Equal("1", answer["relay"]);
        Assert.InRange(answer.Seq, seq + 1, seq + 2);
    }
}
