using EdgeNode.Serial;
using EdgeNode.Session;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sparkplug.Configuration;

namespace EdgeNode;

/// <summary>The composition root of the edge node.</summary>
public static class EdgeNodeApp
{
    /// <summary>
    /// Builds the edge node from <c>--config FILE</c>, the environment (<c>EdgeNode__…</c>) and the command line; nothing is opened yet.
    /// </summary>
    /// <exception cref="ConfigurationFaultException">The configuration is wrong: it names every fault.</exception>
    public static IHost Build(string[] args)
    {
        var (config, source) = EdgeNodeConfig.Read(args);
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "EdgeNode" });
        builder.Logging.AddConfiguration(source.GetSection("Logging"))
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("Microsoft.Extensions.Hosting", LogLevel.Critical) // a failed start is told once, by the exception
            .AddSimpleConsole(console => console.SingleLine = true);
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton(config);
        builder.Services.AddSingleton(new SerialOptions { Ports = config.Ports, Exclude = config.ExcludePorts });
        // Stopped in the reverse order: the deaths are out before the ports close, and the folder is free last.
        builder.Services.AddHostedService<DataDirectory>();
        builder.Services.AddSingleton<SerialPorts>().AddHostedService(services => services.GetRequiredService<SerialPorts>());
        builder.Services.AddHostedService<EdgeNodeService>();
        return builder.Build();
    }

    /// <summary>Runs it until it is told to stop, or until a part of it fails, which the log tells.</summary>
    /// <returns>The exit code: 1 where a part failed, so that whoever started it knows to start it again.</returns>
    public static async Task<int> RunAsync(IHost edgeNode)
    {
        // A host whose background service fails stops as if it had been told to.
        var parts = edgeNode.Services.GetServices<IHostedService>().OfType<BackgroundService>().ToList();
        await edgeNode.RunAsync();
        return parts.Any(part => part.ExecuteTask is { IsFaulted: true }) ? 1 : Environment.ExitCode;
    }
}
