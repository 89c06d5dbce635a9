using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace SystemTests.Broker;

/// <summary>The clients of Eclipse mosquitto, as a user runs them.</summary>
public static class Mosquitto
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>What a program said and how it ended.</summary>
    public sealed record Outcome(int ExitCode, string Output, string Errors);

    /// <summary>Publishes and tells how that went.</summary>
    public static Task<Outcome> PublishAsync(IPEndPoint broker, params string[] more) => RunAsync("mosquitto_pub", broker, more);

    /// <summary>Subscribes until it has got the messages asked for with <c>-C</c>, or for as long as <c>-W</c> says.</summary>
    public static Task<Outcome> SubscribeAsync(IPEndPoint broker, params string[] more) => RunAsync("mosquitto_sub", broker, more);

    /// <summary>Runs any program to its end.</summary>
    public static async Task<Outcome> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        cancellation.CancelAfter(Deadline);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellation.Token);
            var errors = process.StandardError.ReadToEndAsync(cancellation.Token);
            await process.WaitForExitAsync(cancellation.Token);
            return new Outcome(process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    private static Task<Outcome> RunAsync(string program, IPEndPoint broker, string[] more) => RunAsync(program,
        ["-h", broker.Address.ToString(), "-p", broker.Port.ToString(CultureInfo.InvariantCulture), .. more]);
}
