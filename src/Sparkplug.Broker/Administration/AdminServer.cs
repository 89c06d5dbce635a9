using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sparkplug.Broker.Connections;
using Sparkplug.Broker.Security;
using Sparkplug.Broker.Sessions;
using Sparkplug.Broker.Storage;
using Sparkplug.Configuration;

namespace Sparkplug.Broker.Administration;

/// <summary>Opens the administration beside the broker, where it is wanted, and closes it.</summary>
internal sealed class AdminServer(
    BrokerConfig config, BrokerEndpoints endpoints, BrokerEngine engine, BrokerStore store, AccessRules access, TimeProvider time, ILoggerFactory loggers)
    : IHostedService
{
    private readonly ILogger _logger = loggers.CreateLogger<AdminServer>();
    private WebApplication? _app;

    /// <exception cref="ConfigurationFaultException">The address that was chosen cannot be opened, or the token cannot be kept.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (config.Admin is not { } endPoint)
            return;
        var parts = new AdminParts(Token(), new EngineDoor(engine, time), access, new Backups(config.BackupDirectory, store.Backup, time), loggers);
        ListenOptions? listener = null;
        var app = AdminApp.Build(parts, kestrel => kestrel.Listen(endPoint, options => listener = options));
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (Exception fault) when (fault is IOException or SocketException)
        {
            await app.DisposeAsync();
            NotOpened(endPoint, fault);
            return;
        }

        _app = app;
        endpoints.Admin = listener!.IPEndPoint;
        _logger.AdminListening(endpoints.Admin!, parts.Token.Path);
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _app, null) is not { } app)
            return;
        await app.StopAsync(cancellationToken);
        await app.DisposeAsync();
    }

    private AccessToken Token()
    {
        try
        {
            return AccessToken.ReadOrCreate(config.AdminTokenFile);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new ConfigurationFaultException("Broker:DataDirectory", $"cannot hold the token of the administration: {fault.Message}", fault);
        }
    }

    /// <summary>A second broker on this machine finds the port taken that neither was told to use: that keeps nobody from starting.</summary>
    private void NotOpened(IPEndPoint endPoint, Exception fault)
    {
        if (!config.IsAdminByDefault)
            throw new ConfigurationFaultException("Broker:Admin:Listen", $"cannot listen on {endPoint}: {fault.Message}", fault);
        _logger.AdminNotOpened(endPoint, fault.Message);
    }
}
