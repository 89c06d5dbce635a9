using System.Collections.Concurrent;
using System.Diagnostics;
using SystemTests.Support;

namespace SystemTests.Avr;

/// <summary>Builds the emulator's runner and the firmware by their makefiles, each once for a test run.</summary>
internal static class AvrBuild
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Built = new();

    /// <summary>The path of <c>avr-runner</c>.</summary>
    public static Task<string> RunnerAsync() => Once("runner", async () =>
    {
        await MakeAsync("tests/SystemTests/Avr/Runner");
        return Artifact("avr/avr-runner");
    });

    /// <summary>The path of the firmware of an example of the library, or of a sketch under <c>tests/SystemTests/Avr</c>.</summary>
    public static Task<string> FirmwareAsync(string board, string sketch) => Once($"{board}/{sketch}", async () =>
    {
        string own = Repository.PathOf("tests", "SystemTests", "Avr", sketch);
        string[] folder = Directory.Exists(own) ? [$"SKETCHES={own}"] : [];
        await MakeAsync("edge-node/firmware", [$"BOARD={board}", $"EXAMPLE={sketch}", .. folder]);
        return Artifact($"firmware/{board}/{sketch}.elf");
    });

    private static Task<string> Once(string what, Func<Task<string>> build) =>
        Built.GetOrAdd(what, _ => new Lazy<Task<string>>(build)).Value;

    private static string Artifact(string path) => Repository.PathOf("artifacts", path);

    // The lock keeps two builds, also of two test runs, out of each other's files.
    private static async Task MakeAsync(string folder, params string[] variables)
    {
        Directory.CreateDirectory(Artifact("."));
        var start = new ProcessStartInfo("flock")
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in (string[])[Artifact("avr.lock"), "make", "--no-print-directory", "-C", folder, .. variables])
            start.ArgumentList.Add(argument);

        using Process make = Process.Start(start)!;
        Task<string> output = make.StandardOutput.ReadToEndAsync();
        Task<string> errors = make.StandardError.ReadToEndAsync();
        await make.WaitForExitAsync().WaitAsync(Deadline);
        if (make.ExitCode != 0)
            throw new InvalidOperationException($"make -C {folder} {string.Join(' ', variables)} failed:\n{await output}\n{await errors}");
    }
}
