using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Protocol;
using MQTTnet.Server;
using Sparkplug.Broker.Storage;

namespace Sparkplug.Broker.Engine;

/// <summary>
/// The MQTT engine: MQTTnet.Server behind Kestrel's connections. Only this folder knows MQTTnet, so that an engine of our own can take
/// its place.
/// </summary>
internal sealed class MqttEngine : IHostedLifecycleService, IDisposable
{
    // Enough for a host that subscribes to the certificates of a large plant; what a slower reader loses is counted.
    private const int MaximumPendingMessages = 50_000;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(5);

    private readonly MqttServer _server;
    private readonly MqttConnections _connections;
    private readonly RetainedStore _store;
    private readonly RetainedQuota _quota;
    private readonly PublishRules _rules;
    private readonly BrokerMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<MqttEngine> _logger;

    public MqttEngine(Admission admission, PublishRules rules, RetainedStore store, RetainedQuota quota, BrokerMetrics metrics, TimeProvider time, MqttnetLogger mqttLogger, ILogger<MqttEngine> logger)
    {
        (_store, _quota, _rules, _metrics, _time, _logger) = (store, quota, rules, metrics, time, logger);
        _connections = new MqttConnections(mqttLogger) { PublishWill = PublishWillAsync };
        rules.PublishOwn = PublishOwnAsync;
        _server = new MqttServer(Options(), [_connections], mqttLogger);
        _server.ValidatingConnectionAsync += admission.ValidateAsync;
        _server.InterceptingPublishAsync += InterceptPublishAsync;
        _server.InterceptingSubscriptionAsync += CheckFilterAsync;
        _server.LoadingRetainedMessageAsync += LoadRetainedAsync;
        _server.RetainedMessageChangedAsync += KeepRetainedAsync;
        _server.QueuedApplicationMessageOverwrittenAsync += CountDroppedAsync;
        _server.ClientConnectedAsync += LogConnectedAsync;
        _server.ClientDisconnectedAsync += LogDisconnectedAsync;
    }

    /// <summary>Serves one connection to its end.</summary>
    public Task RunAsync(ConnectionContext connection) => _connections.RunAsync(connection);

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => _server.StartAsync();

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Says goodbye to every client while the store is still open: their Wills are published and kept.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (!_server.IsStarted)
            return;
        _server.AcceptNewConnections = false;
        try
        {
            await SayGoodbyeAsync().WaitAsync(StopTimeout, _time, cancellationToken);
        }
        catch (TimeoutException)
        {
            _logger.StopTimedOut(StopTimeout);
        }

        await _server.StopAsync(new MqttServerStopOptions());
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _server.Dispose();

    private static MqttServerOptions Options() => new()
    {
        DefaultCommunicationTimeout = ConnectTimeout,
        EnablePersistentSessions = true,
        MaxPendingMessagesPerClient = MaximumPendingMessages,
        PendingMessagesOverflowStrategy = MqttPendingMessagesOverflowStrategy.DropOldestQueuedMessage,
    };

    private async Task SayGoodbyeAsync()
    {
        var goodbye = new MqttServerClientDisconnectOptions { ReasonCode = MqttDisconnectReasonCode.ServerShuttingDown };
        var clients = await _server.GetClientsAsync();
        await Task.WhenAll(clients.Select(client => client.DisconnectAsync(goodbye)));
        await _connections.WhenAllEnded();
    }

    private Task InterceptPublishAsync(InterceptingPublishEventArgs publish) =>
        // Nobody else can hold the server's own items, whatever client id he gives himself.
        ReferenceEquals(publish.SessionItems, _server.ServerSessionItems) ? Task.CompletedTask : _rules.InterceptAsync(publish);

    private Task PublishOwnAsync(MqttApplicationMessage message) =>
        _server.InjectApplicationMessage(new InjectedMqttApplicationMessage(message) { SenderClientId = "" });

    private async Task PublishWillAsync(ClientChannel client, Will will)
    {
        if (!MqttTopics.IsName(will.Message.Topic))
        {
            _metrics.PublishRefused();
            _logger.PublishRefused(Shown.Text(client.ClientId), Shown.Text(will.Message.Topic), MqttPubAckReasonCode.TopicNameInvalid);
            return;
        }

        // Items of its own: a Will is the client's message and goes through the same rules.
        var publish = new InjectedMqttApplicationMessage(will.Message)
        {
            SenderClientId = client.ClientId,
            SenderUserName = client.UserName,
            CustomSessionItems = new Dictionary<object, object>(),
        };
        await _server.InjectApplicationMessage(publish);
        _logger.WillPublished(Shown.Text(client.ClientId), Shown.Text(will.Message.Topic));
    }

    private Task CheckFilterAsync(InterceptingSubscriptionEventArgs subscription)
    {
        if (MqttTopics.IsFilter(subscription.TopicFilter.Topic))
            return Task.CompletedTask;
        _metrics.SubscriptionRefused();
        _logger.SubscriptionRefused(Shown.Text(subscription.ClientId), Shown.Text(subscription.TopicFilter.Topic));
        subscription.ProcessSubscription = false;
        subscription.Response.ReasonCode = MqttSubscribeReasonCode.TopicFilterInvalid;
        return Task.CompletedTask;
    }

    private Task LoadRetainedAsync(LoadingRetainedMessagesEventArgs loading)
    {
        foreach (var kept in _store.AtStart)
            _quota.TryPut(kept.Topic, kept.Payload.Length); // what is kept stays, even above a lower limit
        loading.LoadedRetainedMessages = [.. _store.AtStart.Select(RetainedMapping.FromStored)];
        return Task.CompletedTask;
    }

    /// <summary>
    /// MQTTnet waits for this before it answers with PUBACK. It keeps what is retained now, not what this publish said: two publishers of
    /// one topic may come here in the other order, and the last call then still writes the last message.
    /// </summary>
    private async Task KeepRetainedAsync(RetainedMessageChangedEventArgs change)
    {
        var topic = change.ChangedRetainedMessage.Topic;
        var current = await _server.GetRetainedMessageAsync(topic);
        var untilOnDisk = change.ChangedRetainedMessage.QualityOfServiceLevel > MqttQualityOfServiceLevel.AtMostOnce;
        await _store.PutAsync(topic, current is null ? null : RetainedMapping.ToStored(current), untilOnDisk);
    }

    private Task CountDroppedAsync(QueueMessageOverwrittenEventArgs dropped)
    {
        _metrics.MessageDropped();
        return Task.CompletedTask;
    }

    private Task LogConnectedAsync(ClientConnectedEventArgs client)
    {
        _logger.ClientConnected(Shown.Text(client.ClientId), Shown.User(client.UserName), client.RemoteEndPoint, Shown.Protocol(client.ProtocolVersion));
        return Task.CompletedTask;
    }

    private Task LogDisconnectedAsync(ClientDisconnectedEventArgs client)
    {
        _logger.ClientDisconnected(Shown.Text(client.ClientId), Shown.End(client.DisconnectType));
        return Task.CompletedTask;
    }
}
