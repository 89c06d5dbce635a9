using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;
using MQTTnet.Adapter;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Formatter;
using MQTTnet.Server;

namespace Sparkplug.Broker.Engine;

/// <summary>Hands Kestrel's connections to MQTTnet and stays with each until its end, for the Will.</summary>
internal sealed class MqttConnections(IMqttNetLogger logger) : IMqttServerAdapter
{
    private readonly ConcurrentDictionary<Task, byte> _running = [];

    /// <summary>Set by MQTTnet.</summary>
    public Func<IMqttChannelAdapter, Task> ClientHandler { get; set; } = _ => Task.CompletedTask;

    /// <summary>Publishes the Will of a client that left without a goodbye.</summary>
    public Func<ClientChannel, Will, Task> PublishWill { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Lives as long as the connection.</summary>
    public Task RunAsync(ConnectionContext connection)
    {
        var running = HandleAsync(connection);
        _running[running] = 0;
        _ = running.ContinueWith(done => _running.TryRemove(done, out _), TaskScheduler.Default);
        return running;
    }

    /// <summary>Waits until every connection has ended and its Will is published; how one ended is Kestrel's to tell.</summary>
    public async Task WhenAllEnded() => await Task.WhenAll(_running.Keys).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    public Task StartAsync(MqttServerOptions options, IMqttNetLogger mqttLogger) => Task.CompletedTask; // Kestrel listens

    public Task StopAsync() => Task.CompletedTask;

    public void Dispose()
    {
        // Nothing of its own.
    }

    private async Task HandleAsync(ConnectionContext connection)
    {
        var formatter = new MqttPacketFormatterAdapter(new MqttBufferWriter(4096, 65535));
        using var channel = new ClientChannel(new MqttChannelAdapter(new PipeChannel(connection), formatter, logger));
        await ClientHandler(channel);
        if (channel is { IsAccepted: true, Will: { } will })
            await PublishWill(channel, will);
    }
}
