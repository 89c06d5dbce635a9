using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace SystemTests.Avr;

/// <summary>What to emulate.</summary>
internal sealed record AvrBoardOptions
{
    /// <summary>Where clients find the board's serial port.</summary>
    public required string PortPath { get; init; }

    /// <summary>The file that keeps the board's EEPROM, and so its identity.</summary>
    public string? EepromPath { get; init; }

    /// <summary>An example of the library, or a sketch under <c>tests/SystemTests/Avr</c>.</summary>
    public string Sketch { get; init; } = "Climate";

    /// <summary>Which Arduino.</summary>
    public AvrModel Model { get; init; } = AvrModel.Uno;

    /// <summary>Resets the board when a client opens its port, as an Uno's DTR line does.</summary>
    public bool ResetOnOpen { get; init; }

    /// <summary>Millivolts at A0, A1, ...: 25.0 °C and 50.0 % for the Climate sketch.</summary>
    public IReadOnlyList<int> Millivolts { get; init; } = [750, 2500];
}

/// <summary>An Arduino that can be emulated.</summary>
/// <param name="Board">Its name in the firmware's makefile.</param>
/// <param name="Mcu">Its processor.</param>
/// <param name="Led">Where D13 is.</param>
/// <param name="Relay">Where D7 is.</param>
internal sealed record AvrModel(string Board, string Mcu, string Led, string Relay)
{
    public static AvrModel Uno { get; } = new("uno", "atmega328p", "B5", "D7");

    public static AvrModel Mega { get; } = new("mega", "atmega2560", "B7", "H4");
}

/// <summary>A pin that has changed, in the board's own time.</summary>
/// <param name="Name"><c>led</c> or <c>relay</c>.</param>
/// <param name="High">Its new level.</param>
/// <param name="At">Since the board was made.</param>
/// <param name="SinceLastByte">Since the last byte that the board received.</param>
internal sealed record PinChange(string Name, bool High, TimeSpan At, TimeSpan SinceLastByte);

/// <summary>What the runner knows of its board.</summary>
/// <param name="Time">The board's own time.</param>
/// <param name="Stack">The deepest its stack was, in bytes, since the last reset.</param>
/// <param name="Sent">Bytes that it has sent to clients.</param>
internal sealed record AvrStats(TimeSpan Time, int Stack, long Sent);

/// <summary>An emulated Arduino with our firmware, in a process of its own, its UART behind a pseudo-terminal.</summary>
internal sealed partial class AvrBoard : IAsyncDisposable
{
    private static readonly TimeSpan ReplyDeadline = TimeSpan.FromSeconds(20);
    private readonly Process _process;
    private readonly EventLog _events = new();
    private readonly Task _reading;

    private AvrBoard(Process process, string portPath)
    {
        _process = process;
        PortPath = portPath;
        _reading = ReadEventsAsync();
    }

    /// <summary>Where its port is now, or was before it was unplugged.</summary>
    public string PortPath { get; private set; }

    /// <summary>Builds what is needed and starts the board; it is plugged in when the task ends.</summary>
    public static async Task<AvrBoard> StartAsync(AvrBoardOptions options)
    {
        var start = new ProcessStartInfo(await AvrBuild.RunnerAsync())
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        string firmware = await AvrBuild.FirmwareAsync(options.Model.Board, options.Sketch);
        foreach (string argument in Arguments(options, firmware))
            start.ArgumentList.Add(argument);

        var board = new AvrBoard(Process.Start(start)!, options.PortPath);
        await board._events.WaitAsync(0, ReplyDeadline, "plugged", Starting("plugged "));
        return board;
    }

    /// <summary>Puts a voltage at an analog input.</summary>
    public Task SetAnalogAsync(int input, int millivolts) => SendAsync($"adc {input} {millivolts}");

    /// <summary>Takes it off its cable: the port vanishes, the power is off.</summary>
    public Task UnplugAsync() => AskAsync("unplug", "unplugged");

    /// <summary>Puts it back on its cable, under another port name if one is given.</summary>
    public async Task PlugAsync(string? portPath = null)
    {
        PortPath = portPath ?? PortPath;
        await AskAsync($"plug {PortPath}", "plugged ");
    }

    /// <summary>Presses its reset button.</summary>
    public Task ResetAsync() => SendAsync("reset");

    /// <summary>Stops its processor; the port stays, silent.</summary>
    public Task FreezeAsync() => SendAsync("freeze");

    /// <summary>Lets its processor go on.</summary>
    public Task ThawAsync() => SendAsync("thaw");

    /// <summary>Loses one of so many bytes that it sends; 0 for none.</summary>
    public Task DropAsync(int oneOf) => SendAsync($"drop {oneOf}");

    /// <summary>Sends arbitrary bytes to the client.</summary>
    public Task GarbageAsync(int bytes) => SendAsync($"garbage {bytes}");

    /// <summary>Its time, stack and traffic.</summary>
    public async Task<AvrStats> StatsAsync()
    {
        Match match = StatsPattern().Match(await AskAsync("stats", "stats "));
        return new AvrStats(Microseconds(match, 1), (int)Number(match, 2), Number(match, 3));
    }

    /// <summary>Waits until a pin has a level, and tells when it took it.</summary>
    public Task<PinChange> WaitForPinAsync(string name, bool high, TimeSpan deadline) =>
        _events.WaitAsync(0, deadline, $"pin {name} {(high ? "high" : "low")}",
            lines => LastChange(lines, name) is { } change && change.High == high ? change : null);

    /// <summary>The level of a pin now.</summary>
    public async Task<bool> IsHighAsync(string name)
    {
        await StatsAsync(); // what happened before has been reported when this is answered
        return LastChange(_events.From(0), name)?.High ?? false;
    }

    /// <summary>How often a pin has changed.</summary>
    public async Task<int> CountChangesAsync(string name)
    {
        await StatsAsync();
        return _events.From(0).Count(line => line.StartsWith($"pin {name} ", StringComparison.Ordinal));
    }

    /// <summary>Waits until the EEPROM's file holds what the board has written.</summary>
    public Task WaitForEepromAsync(TimeSpan deadline) => _events.WaitAsync(0, deadline, "eeprom saved", Starting("eeprom saved"));

    /// <summary>Ends it like a power cut: nothing is saved at the end.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(ReplyDeadline);
        await _reading;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close(); // the runner ends with its input
        try
        {
            await _process.WaitForExitAsync().WaitAsync(ReplyDeadline);
        }
        catch (TimeoutException)
        {
            await KillAsync();
            throw;
        }
        finally
        {
            await _reading;
            _process.Dispose();
        }
    }

    private static IEnumerable<string> Arguments(AvrBoardOptions options, string firmware)
    {
        yield return $"--mcu={options.Model.Mcu}";
        yield return "--port";
        yield return options.PortPath;
        if (options.EepromPath is { } eeprom)
        {
            yield return "--eeprom";
            yield return eeprom;
        }
        if (options.ResetOnOpen)
            yield return "--reset-on-open";
        yield return $"--pin=led={options.Model.Led}";
        yield return $"--pin=relay={options.Model.Relay}";
        for (int input = 0; input < options.Millivolts.Count; input++)
            yield return $"--adc={input}={options.Millivolts[input]}";
        yield return firmware;
    }

    private async Task ReadEventsAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
            _events.Add(line);
        _events.End();
    }

    private async Task SendAsync(string command)
    {
        await _process.StandardInput.WriteLineAsync(command);
        await _process.StandardInput.FlushAsync();
    }

    private async Task<string> AskAsync(string command, string reply)
    {
        int position = _events.Position;
        await SendAsync(command);
        return await _events.WaitAsync(position, ReplyDeadline, reply, Starting(reply));
    }

    private static Func<IReadOnlyList<string>, string?> Starting(string prefix) =>
        lines => lines.FirstOrDefault(line => line.StartsWith(prefix, StringComparison.Ordinal));

    private static PinChange? LastChange(IReadOnlyList<string> lines, string name)
    {
        Match? last = lines.Select(line => PinPattern().Match(line)).LastOrDefault(match => match.Success && match.Groups[1].Value == name);
        return last is null ? null : new PinChange(name, last.Groups[2].Value == "1", Microseconds(last, 3), Microseconds(last, 4));
    }

    private static long Number(Match match, int group) => long.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    private static TimeSpan Microseconds(Match match, int group) => TimeSpan.FromMicroseconds(Number(match, group));

    [GeneratedRegex(@"^pin (\w+) ([01]) at=(\d+) since-rx=(\d+)$")]
    private static partial Regex PinPattern();

    [GeneratedRegex(@"^stats time=(\d+) stack=(\d+) sent=(\d+)$")]
    private static partial Regex StatsPattern();
}
