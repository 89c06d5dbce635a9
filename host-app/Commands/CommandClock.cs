using HostApp.Tracking;

namespace HostApp.Commands;

/// <summary>Tells the desk that time has passed.</summary>
internal sealed class CommandClock(CommandDesk desk, IHostApplicationLifetime lifetime, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!await lifetime.WhenStartedAsync(stoppingToken)) return;
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken)) desk.Tick();
    }
}
