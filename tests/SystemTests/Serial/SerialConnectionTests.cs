using EdgeNode.Serial;
using Sparkplug.Cli.Demo;
using SystemTests.Support;

namespace SystemTests.Serial;

/// <summary>System.IO.Ports on real pseudo-terminals: every call ends.</summary>
[Collection(RealClock.Name)]
public sealed class SerialConnectionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bytes_pass_both_ways_as_they_are()
    {
        using var terminal = PseudoTerminal.Open();
        var connection = await OpenAsync(terminal.DevicePath);
        byte[] sent = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];
        await connection.WriteAsync(sent, TimeSpan.FromSeconds(10), Token);
        Assert.Equal(sent, ReadAll(terminal, sent.Length));
        terminal.Write(sent);
        var buffer = new byte[1024];
        var length = 0;
        while (length < sent.Length) length += await connection.ReadAsync(buffer.AsMemory(length), Token);
        Assert.Equal(sent, buffer[..length]);
        Assert.True(await connection.CloseAsync());
    }

    [Fact]
    public async Task A_pending_read_ends_when_the_other_end_goes_away_and_writing_and_closing_end_too()
    {
        var terminal = PseudoTerminal.Open();
        var connection = await OpenAsync(terminal.DevicePath);
        var reading = connection.ReadAsync(new byte[64], Token).AsTask();
        terminal.Dispose();
        await Assert.ThrowsAsync<IOException>(() => reading.WaitAsync(TimeSpan.FromSeconds(10), Token));
        await Assert.ThrowsAsync<IOException>(async () => await connection.WriteAsync("\n"u8.ToArray(), TimeSpan.FromSeconds(0.2), Token));
        Assert.True(await connection.CloseAsync());
    }

    [Fact]
    public async Task A_write_that_nobody_reads_ends_with_its_deadline_and_the_port_closes()
    {
        using var terminal = PseudoTerminal.Open();
        var connection = await OpenAsync(terminal.DevicePath);
        var fault = await Assert.ThrowsAsync<IOException>(
            async () => await connection.WriteAsync(new byte[1_000_000], TimeSpan.FromSeconds(0.3), Token));
        Assert.Contains("took nothing", fault.Message, StringComparison.Ordinal);
        Assert.True(await connection.CloseAsync());
    }

    [Fact]
    public async Task Closing_ends_a_pending_read()
    {
        using var terminal = PseudoTerminal.Open();
        var connection = await OpenAsync(terminal.DevicePath);
        var reading = connection.ReadAsync(new byte[64], Token).AsTask();
        Assert.True(await connection.CloseAsync());
        await Assert.ThrowsAsync<IOException>(() => reading.WaitAsync(TimeSpan.FromSeconds(10), Token));
    }

    [Fact]
    public async Task Thirty_openings_leave_no_handle_behind()
    {
        // The first opening loads what stays open for the life of the process.
        await CycleAsync(hangUp: false);
        var before = HandleCount();
        for (var i = 0; i < 30; i++) await CycleAsync(hangUp: i % 2 == 0);
        await Wait.UntilAsync("all handles are closed", 10, () => HandleCount() <= before, () => $"{HandleCount()} are open, {before} were before");
    }

    [Theory]
    [InlineData("/dev/does-not-exist", OpenFault.NoDevice)]
    [InlineData("/etc/hostname", OpenFault.NoDevice)]
    [InlineData("/dev/null", OpenFault.NotSerial)]
    public async Task What_is_no_serial_port_is_told_with_a_reason(string path, OpenFault fault)
    {
        var result = await SerialConnection.OpenAsync(path, TimeProvider.System);
        Assert.Null(result.Connection);
        Assert.Equal(fault, result.Fault);
        Assert.NotEmpty(result.Detail);
    }

    private static async Task CycleAsync(bool hangUp)
    {
        var terminal = PseudoTerminal.Open();
        var connection = await OpenAsync(terminal.DevicePath);
        await connection.WriteAsync("HELLO"u8.ToArray(), TimeSpan.FromSeconds(10), Token);
        if (hangUp) terminal.Dispose();
        Assert.True(await connection.CloseAsync());
        terminal.Dispose();
    }

    private static async Task<SerialConnection> OpenAsync(string path)
    {
        var result = await SerialConnection.OpenAsync(path, TimeProvider.System);
        return result.Connection ?? throw new IOException(result.Detail);
    }

    private static byte[] ReadAll(PseudoTerminal terminal, int count)
    {
        var bytes = new List<byte>();
        var buffer = new byte[1024];
        while (bytes.Count < count && terminal.WaitForInput(TimeSpan.FromSeconds(10))) bytes.AddRange(buffer.AsSpan(0, terminal.Read(buffer)));
        return [.. bytes];
    }

    // Only terminals: other tests in this process open other files.
    private static int HandleCount() => Directory.GetFileSystemEntries("/proc/self/fd").Count(entry =>
    {
        try
        {
            return File.ResolveLinkTarget(entry, returnFinalTarget: false)?.FullName is { } target
                && (target.StartsWith("/dev/pts/", StringComparison.Ordinal) || target.StartsWith("/dev/ptmx", StringComparison.Ordinal));
        }
        catch (IOException)
        {
            return false;
        }
    });
}
