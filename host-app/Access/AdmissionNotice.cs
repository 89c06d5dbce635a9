using HostApp.Configuration;

namespace HostApp.Access;

/// <summary>Says at the start who is let in, and where the token stands; never what it is.</summary>
internal sealed class AdmissionNotice(Admission admission, HostConfig config, ILogger<AdmissionNotice> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (admission.TokenPath is { } path) logger.TokenNeeded(path);
        else logger.OpenToThisMachine();
        if (config.Urls.FirstOrDefault(url => !url.IsLoopback) is { } open) logger.Unencrypted(open.Text);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
