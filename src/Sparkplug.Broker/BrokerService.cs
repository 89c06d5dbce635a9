using Microsoft.Extensions.Hosting;
using Sparkplug.Broker.Administration;
using Sparkplug.Broker.Connections;
using Sparkplug.Broker.Sessions;
using Sparkplug.Broker.Storage;

namespace Sparkplug.Broker;

/// <summary>Brings the store, the engine and the loop together, in this order, and takes them apart in the reverse one.</summary>
internal sealed class BrokerService(BrokerConfig config, DataDirectory folder, BrokerStore store, BrokerEngine engine, BrokerLoop loop) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        engine.Restore(store.Load());
        new FigureWatch(engine).Begin();
        if (config.SysInterval > TimeSpan.Zero)
            new SysTopics(engine, config.SysInterval).Begin();
        store.Start();
        loop.Start(engine);
        return Task.CompletedTask;
    }

    /// <summary>
    /// Wills go out, then goodbyes; each connection has a few seconds to take them. What they changed is on the disk before this returns, and the folder is free.
    /// </summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            loop.Stop(engine.Stop);
            store.Stop();
            folder.Dispose();
        },
        CancellationToken.None);
}
