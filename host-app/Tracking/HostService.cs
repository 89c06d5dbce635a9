using HostApp.Configuration;
using Sparkplug.Host;
using Sparkplug.Mqtt;

namespace HostApp.Tracking;

/// <summary>Runs the host client from start to stop: STATE online, then STATE offline and DISCONNECT on each server.</summary>
internal sealed class HostService(HostClient client, IHostApplicationLifetime lifetime) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (await lifetime.WhenStartedAsync(stoppingToken)) await client.RunAsync(stoppingToken);
    }

    /// <summary>Makes the client of a configuration.</summary>
    public static HostClient MakeClient(HostConfig config, FleetListener listener, TimeProvider clock, ILogger<HostClient> logger) =>
        new(new HostClientOptions
        {
            Session = new HostSessionOptions { HostId = config.HostId, Filters = config.Filters },
            Servers = config.Servers,
            Link = config.Link,
            Fleet = new FleetOptions { Node = new NodeStateOptions { ReorderTimeout = config.ReorderTimeout } },
        }, listener, clock, logger);
}
