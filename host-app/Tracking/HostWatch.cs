using HostApp.Streaming;
using Sparkplug.Mqtt;

namespace HostApp.Tracking;

/// <summary>Looks how the host stands with its servers, tells the stream when that changed, and takes over what the fleet counted.</summary>
internal sealed class HostWatch(
    HostClient client, EventStream stream, FleetListener listener, HostMeter meter, IHostApplicationLifetime lifetime, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!await lifetime.WhenStartedAsync(stoppingToken)) return;
        using var timer = new PeriodicTimer(Interval, clock);
        var seen = client.Servers;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var now = client.Servers;
            if (!now.SequenceEqual(seen)) stream.ServersChanged();
            seen = now;
            meter.Fleet = await client.ReadAsync(fleet =>
            {
                listener.TellLeftOut();
                return FleetFigures.Of(fleet.Counts);
            }, stoppingToken);
        }
    }
}
