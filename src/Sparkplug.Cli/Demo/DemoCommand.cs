using System.Runtime.InteropServices;

namespace Sparkplug.Cli.Demo;

/// <summary><c>sparkplug demo</c>: broker, edge node and host in one process, until Ctrl-C.</summary>
internal static class DemoCommand
{
    public static async Task<int> RunAsync(string[] args)
    {
        var options = DemoOptions.Read(args);
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        await using var site = new DemoSite(options, Console.Out);
        await site.StartAsync(stop.Task);
        await stop.Task;
        await site.StopAsync();
        return 0;

        void End(PosixSignalContext signal)
        {
            signal.Cancel = true; // the deaths first
            stop.TrySetResult();
        }
    }
}
