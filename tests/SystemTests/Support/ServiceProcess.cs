using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SystemTests.Support;

/// <summary>A program as a user starts it, with its output kept. Disposing kills it if it still runs.</summary>
internal sealed partial class ServiceProcess : IAsyncDisposable
{
    private const int SigInt = 2, SigTerm = 15;

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();

    private ServiceProcess(string name, ProcessStartInfo start)
    {
        Name = name;
        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>For messages.</summary>
    public string Name { get; }

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>Everything that it wrote so far.</summary>
    public string Output => string.Join('\n', _lines);

    /// <summary>The lines that it wrote so far.</summary>
    public IReadOnlyList<string> Lines => [.. _lines];

    /// <summary>True until it ends.</summary>
    public bool IsRunning => !_process.HasExited;

    /// <summary>Starts <c>./sparkplug ROLE ARGS</c>.</summary>
    public static ServiceProcess Sparkplug(string role, params string[] args) =>
        Start($"sparkplug {role}", Repository.PathOf("sparkplug"), [role, .. args]);

    /// <summary>Starts any program.</summary>
    public static ServiceProcess Start(string name, string file, IEnumerable<string> args)
    {
        var start = new ProcessStartInfo(file)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = Repository.Root,
        };
        foreach (var arg in args) start.ArgumentList.Add(arg);
        return new ServiceProcess(name, start);
    }

    /// <summary>Sends one line to its standard input.</summary>
    public async Task TypeAsync(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Waits until a line of its output contains <paramref name="text"/>, and returns that line.</summary>
    public async Task<string> WaitForLineAsync(string text, double seconds, int skip = 0)
    {
        string? found = null;
        await Wait.UntilAsync(
            $"{Name} says '{text}'",
            seconds,
            () => (found = _lines.Where(line => line.Contains(text, StringComparison.Ordinal)).Skip(skip).FirstOrDefault()) is not null
                || (_process.HasExited ? throw new InvalidOperationException($"{Name} ended with {_process.ExitCode}:\n{Output}") : false),
            () => Output);
        return found!;
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM; waits for the end and returns the exit code.</summary>
    public Task<int> TerminateAsync(double seconds = 30) => SignalAsync(SigTerm, seconds);

    /// <summary>Ctrl-C; waits for the end and returns the exit code.</summary>
    public Task<int> InterruptAsync(double seconds = 30) => SignalAsync(SigInt, seconds);

    /// <summary>Waits until it ends by itself and returns the exit code.</summary>
    public async Task<int> WaitForExitAsync(double seconds)
    {
        await Wait.UntilAsync($"{Name} ends", seconds, () => _process.HasExited, () => Output);
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private Task<int> SignalAsync(int signal, double seconds)
    {
        if (Kill(_process.Id, signal) != 0) throw new InvalidOperationException($"{Name} cannot be signalled: errno {Marshal.GetLastPInvokeError()}");
        return WaitForExitAsync(seconds);
    }

    private void Keep(string? line)
    {
        if (line is not null) _lines.Enqueue(line);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int pid, int signal);
}
