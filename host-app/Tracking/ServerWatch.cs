using HostApp.Streaming;
using Sparkplug.Mqtt;

namespace HostApp.Tracking;

/// <summary>Looks how the host stands with its servers, and tells the stream when that changed.</summary>
internal sealed class ServerWatch(HostClient client, EventStream stream, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        var seen = client.Servers;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var now = client.Servers;
            if (!now.SequenceEqual(seen)) stream.ServersChanged();
            seen = now;
        }
    }
}
