using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Sparkplug.Broker.Security;

/// <summary>Looks at the files of this folder every second and has those read again that have changed.</summary>
internal sealed class FileWatch(AccessRules access, ServerCertificates server, ClientCertificates clients, TimeProvider time, ILogger<FileWatch> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                access.ReloadIfChanged();
                server.RefreshIfChanged();
                clients.RefreshIfChanged();
            }
            catch (Exception fault) // one look that fails is no reason to end the broker, nor to look no more
            {
                logger.FileWatchFailed(fault);
            }
        }
    }
}
