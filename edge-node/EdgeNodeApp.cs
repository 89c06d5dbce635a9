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
            .AddSimpleConsole(console => console.SingleLine = true);
        builder.Services.AddSingleton(TimeProvider.System).AddSingleton(config);
        builder.Services.AddSingleton(new SerialOptions { Ports = config.Ports, Exclude = config.ExcludePorts });
        // Stopped in the reverse order: the deaths are out before the ports close.
        builder.Services.AddSingleton<SerialPorts>().AddHostedService(services => services.GetRequiredService<SerialPorts>());
        builder.Services.AddHostedService<EdgeNodeService>();
        return builder.Build();
    }
}
