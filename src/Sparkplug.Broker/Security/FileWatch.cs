using Microsoft.Extensions.Hosting;

namespace Sparkplug.Broker.Security;

/// <summary>Looks at the files of this folder every second and has those read again that have changed.</summary>
internal sealed class FileWatch(AccessRules access, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            access.ReloadIfChanged();
    }
}
