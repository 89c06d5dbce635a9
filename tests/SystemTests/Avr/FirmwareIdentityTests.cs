using SystemTests.Support;

namespace SystemTests.Avr;

/// <summary>The board's identity and its description of itself (docs/serial-link.md, sections 3 and 5).</summary>
[Collection(RealClock.Name)]
public sealed class FirmwareIdentityTests : FirmwareTest
{
    [Fact]
    public async Task A_new_board_announces_itself_at_boot_without_being_asked()
    {
        await using AvrBoard board = await StartAsync();
        await using var wire = new Wire(board.PortPath);

        WireLine hello = await wire.NextAsync("HELLO");
        WireLine data = await wire.NextAsync("DATA");

        Assert.Equal(0, hello.Seq);
        Assert.Equal(("1", "-", "climate", "1.0", "4"), (hello["proto"], hello["id"], hello["sketch"], hello["version"], hello["tags"]));
        Assert.Equal(("reset", "0", "1000"), (hello["cause"], hello["cmd"], hello["beat"]));
        Assert.Equal("temperature:25 humidity:50 led:0 relay:0", data.Fields[(data.Fields.IndexOf(' ') + 1)..]);
    }

    [Fact]
    public async Task The_description_names_every_tag_and_ends_in_its_checksum()
    {
        await using AvrBoard board = await StartAsync();
        await using var wire = new Wire(board.PortPath);

        await wire.NextAsync("HELLO");
        WireLine end = await wire.NextAsync("END");

        List<string> tags = [.. wire.Lines.Where(line => line is { IsFrame: true, Verb: "TAG" }).Select(line => line.Fields)];
        Assert.Equal(
            [
                "index=0 name=temperature type=float access=r unit=°C low=-40 high=125",
                "index=1 name=humidity type=float access=r unit=% low=0 high=100",
                "index=2 name=led type=bool access=rw",
                "index=3 name=relay type=bool access=rw",
            ],
            tags);
        Assert.Equal(Wire.Crc(string.Concat(tags.Select(tag => tag + "\n"))), end["check"]);
        Assert.Equal("4", end["tags"]);
    }

    [Fact]
    public async Task A_running_board_describes_itself_when_asked()
    {
        await using AvrBoard board = await StartAsync(resetOnOpen: false);
        await using var wire = new Wire(board.PortPath);
        WireLine beat = await wire.NextAsync("BEAT");

        await wire.SendRawAsync("\n");
        await wire.SendAsync("HELLO? proto=1");

        WireLine hello = await wire.NextAsync("HELLO");
        Assert.Equal(beat["boot"], hello["boot"]);
        Assert.True(hello.Seq > beat.Seq);
        await wire.NextAsync("END");
    }

    [Fact]
    public async Task A_reset_in_the_middle_of_a_line_does_not_swallow_the_announcement()
    {
        await using AvrBoard board = await StartAsync();
        await using var wire = new Wire(board.PortPath);
        await wire.NextAsync("DATA");

        for (int round = 0; round < 5; round++)
        {
            await wire.SendAsync("HELLO? proto=1");
            await wire.NextAsync("HELLO", line => line.Seq > 0);
            await board.ResetAsync(); // while it speaks of its tags
            await wire.NextAsync("HELLO", line => line.Seq == 0);
            await wire.NextAsync("DATA");
        }
    }

    [Fact]
    public async Task The_assigned_identity_is_kept_over_a_reset_and_over_a_power_cut()
    {
        await using (AvrBoard board = await StartAsync())
        await using (var wire = new Wire(board.PortPath))
        {
            WireLine answer = await AssignAsync(wire, "ard-7f3a9c12");
            Assert.Equal(("ACK", "ard-7f3a9c12"), (answer.Verb, answer["id"]));
            Assert.Equal("ard-7f3a9c12", (await wire.NextAsync("HELLO"))["id"]);

            await board.ResetAsync();
            Assert.Equal("ard-7f3a9c12", (await wire.NextAsync("HELLO", line => line.Seq == 0))["id"]);
            await board.KillAsync();
        }

        await using (AvrBoard again = await StartAsync())
        await using (var wire = new Wire(again.PortPath))
            Assert.Equal("ard-7f3a9c12", (await wire.NextAsync("HELLO"))["id"]);
    }

    [Fact]
    public async Task A_damaged_identity_is_none()
    {
        await using (AvrBoard board = await StartAsync())
        await using (var wire = new Wire(board.PortPath))
            await AssignAsync(wire, "ard-7f3a9c12");

        byte[] cells = await File.ReadAllBytesAsync(PathOf("eeprom"), TestContext.Current.CancellationToken);
        cells[5] ^= 1;
        await File.WriteAllBytesAsync(PathOf("eeprom"), cells, TestContext.Current.CancellationToken);

        await using (AvrBoard again = await StartAsync())
        await using (var wire = new Wire(again.PortPath))
            Assert.Equal("-", (await wire.NextAsync("HELLO"))["id"]);
    }

    [Theory]
    [InlineData("id=ard-1 boot=60000", "boot")]
    [InlineData("id=ard-1", "syntax")]
    [InlineData("id=- boot={0}", "syntax")]
    [InlineData("id=24-characters-are-a-lot. boot={0}", "syntax")]
    [InlineData("id=ard/1 boot={0}", "syntax")]
    [InlineData("id=ard-1 id=ard-2 boot={0}", "syntax")]
    public async Task An_identity_that_is_not_for_it_is_refused(string fields, string reason)
    {
        await using AvrBoard board = await StartAsync();
        await using var wire = new Wire(board.PortPath);
        WireLine hello = await wire.NextAsync("HELLO");

        WireLine answer = await wire.AskAsync(1, "ID", fields.Replace("{0}", hello["boot"], StringComparison.Ordinal));

        Assert.Equal(("NAK", reason), (answer.Verb, answer["reason"]));
        await wire.SendAsync("HELLO? proto=1");
        Assert.Equal("-", (await wire.NextAsync("HELLO"))["id"]);
    }

    [Fact]
    public async Task Each_start_has_its_own_number_also_under_another_port_name()
    {
        await using AvrBoard board = await StartAsync(resetOnOpen: false);
        int boot;
        await using (var wire = new Wire(board.PortPath))
            boot = (await wire.NextAsync("BEAT")).Number("boot");

        await board.UnplugAsync();
        Assert.False(File.Exists(board.PortPath));
        await board.PlugAsync(PathOf("ttyACM1"));

        await using var other = new Wire(PathOf("ttyACM1"));
        Assert.Equal(boot + 1, (await other.NextAsync("BEAT")).Number("boot"));
        await other.SendAsync("HELLO? proto=1");
        Assert.Equal("power", (await other.NextAsync("HELLO"))["cause"]);
    }

    [Fact]
    public async Task Eight_tags_are_described_in_less_than_300_ms_and_fit_an_Uno()
    {
        await using AvrBoard board = await StartAsync("Probe");
        await using var wire = new Wire(board.PortPath);

        WireLine hello = await wire.NextAsync("HELLO");
        WireLine end = await wire.NextAsync("END");
        WireLine data = await wire.NextAsync("DATA");

        Assert.Equal("8", end["tags"]);
        Assert.InRange(data.Number("up") - hello.Number("up"), 0, 299);
        Assert.All(wire.Lines, line => Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(line.Text) + 1, 1, 200));
        Assert.InRange((await board.StatsAsync()).Stack, 1, 512);
    }

    [Fact]
    public async Task The_same_sketch_runs_on_a_Mega()
    {
        await using AvrBoard board = await StartAsync(model: AvrModel.Mega);
        await using var wire = new Wire(board.PortPath);

        Assert.Equal("ACK", (await AssignAsync(wire, "mega-1")).Verb);
        Assert.Equal("mega-1", (await wire.NextAsync("HELLO"))["id"]);
        Assert.Equal("25", (await wire.NextAsync("DATA"))["temperature"]);
        Assert.Equal("1", (await wire.AskAsync(2, "SET", "relay:1"))["relay"]);
        await board.WaitForPinAsync("relay", high: true, Deadline);
    }

    [Fact]
    public async Task The_minimal_sketch_has_one_tag_and_refuses_to_be_written()
    {
        await using AvrBoard board = await StartAsync("Minimal");
        await using var wire = new Wire(board.PortPath);

        Assert.Equal("index=0 name=level type=int32 access=r low=0 high=1023", (await wire.NextAsync("TAG")).Fields);
        Assert.Equal("153", (await wire.NextAsync("DATA"))["level"]);
        Assert.Equal("read-only", (await wire.AskAsync(1, "SET", "level:1"))["reason"]);
    }

    [Fact]
    public async Task A_text_that_would_break_the_line_is_escaped()
    {
        await using AvrBoard board = await StartAsync("Probe");
        await using var wire = new Wire(board.PortPath);

        Assert.Equal(@"a\20probe\20\2A", (await wire.NextAsync("HELLO"))["sketch"]);
        Assert.Equal(@"m\20\2A\20\5C", (await wire.NextAsync("TAG", line => line["name"] == "limited.float"))["unit"]);
    }

    private static async Task<WireLine> AssignAsync(Wire wire, string id)
    {
        WireLine hello = await wire.NextAsync("HELLO");
        return await wire.AskAsync(1, "ID", $"id={id} boot={hello["boot"]}");
    }
}
