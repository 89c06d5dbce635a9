using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sparkplug.Configuration;

namespace Sparkplug.Broker.Security;

/// <summary>Looks at the server's certificate every hour: its end may be near, or the machine may have got another address.</summary>
internal sealed class CertificateRenewal(BrokerConfig config, ServerCertificates certificates, ClientCertificates clients, TimeProvider time, ILogger<CertificateRenewal> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (config.Tls is null)
            return;
        clients.Refresh();
        certificates.Refresh(); // before the listener opens, and a fault stops the start
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                certificates.Refresh();
            }
            catch (ConfigurationFaultException fault)
            {
                logger.RenewalFailed(fault); // the certificate in use stays until the files are right again
            }
        }
    }
}
