using EdgeNode;
using HostApp;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sparkplug.Broker;
using Sparkplug.Cli.Demo;
using Sparkplug.Configuration;

namespace Sparkplug.Cli;

/// <summary>The <c>sparkplug</c> command. Exit codes: 0 a clean end, 1 the service failed, 2 the command or the configuration is wrong.</summary>
public static class CommandLine
{
    private const string Usage = """
        sparkplug: Sparkplug B from a serial Arduino to the screen

          sparkplug demo   [--serial PATH]     everything on this machine, with an emulated board unless a real one is named
          sparkplug broker [--Broker:KEY=...]  the MQTT server: TLS on 8883, users, retained messages, birth certificates
          sparkplug edge   [--EdgeNode:KEY=...]  the edge node: serial boards to Sparkplug B
          sparkplug host   [--Host:KEY=...] [--urls http://127.0.0.1:8080]  the primary host application, its page and its API
          sparkplug user   add|remove|passwd NAME, or list   the broker's users

        Every key can also stand in a JSON file (--config FILE) or the environment (Broker__AllowAnonymous=true).
        docs/configuration.md lists them all.
        """;

    /// <summary>Runs one command and returns its exit code.</summary>
    public static Task<int> RunAsync(string[] args) => args switch
    {
        ["user", "--help" or "-h"] => Print(Console.Out, UserCommand.Usage, 0),
        [.., "--help" or "-h"] => Print(Console.Out, Usage, 0),
        ["demo", .. var rest] => GuardAsync("demo", () => DemoCommand.RunAsync(rest)),
        ["broker", .. var rest] => GuardAsync("broker", () => RunAsync(BrokerApp.Build(rest))),
        ["edge", .. var rest] => GuardAsync("edge node", () => RunAsync(EdgeNodeApp.Build(rest))),
        ["host", .. var rest] => GuardAsync("host", () => RunAsync(HostApplication.Build(rest))),
        ["user", .. var rest] => GuardAsync("user command", () => Task.FromResult(UserCommand.Run(rest, Console.In, Console.Out, Console.Error))),
        ["--version" or "version"] => Print(Console.Out, typeof(CommandLine).Assembly.GetName().Version?.ToString(3) ?? "", 0),
        [] or ["help"] => Print(Console.Out, Usage, 0),
        [var unknown, ..] => Print(Console.Error, $"sparkplug: there is no command '{unknown}'\n\n{Usage}", 2),
    };

    // A host whose background service fails stops as if it had been told to; whoever started it must know better.
    private static async Task<int> RunAsync(IHost service)
    {
        var parts = service.Services.GetServices<IHostedService>().OfType<BackgroundService>().ToList();
        await service.RunAsync();
        return parts.Any(part => part.ExecuteTask is { IsFaulted: true }) ? 1 : Environment.ExitCode;
    }

    /// <summary>What a person can mend is said in words; what is our fault keeps its stack trace.</summary>
    private static async Task<int> GuardAsync(string what, Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (ConfigurationFaultException fault)
        {
            await Console.Error.WriteLineAsync(fault.Describe(what));
            return 2;
        }
        catch (IOException fault) when (fault.InnerException is AddressInUseException)
        {
            await Console.Error.WriteLineAsync($"The {what} cannot start: {fault.Message} Another program listens there; stop it or choose another port.");
            return 1;
        }
    }

    private static async Task<int> Print(TextWriter writer, string text, int exitCode)
    {
        await writer.WriteLineAsync(text);
        return exitCode;
    }
}
