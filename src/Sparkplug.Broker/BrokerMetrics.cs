using System.Diagnostics.Metrics;

namespace Sparkplug.Broker;

/// <summary>What the broker counts, on the meter <c>Sparkplug.Broker</c>.</summary>
internal sealed class BrokerMetrics(IMeterFactory meters)
{
    private readonly Meter _meter = meters.Create("Sparkplug.Broker");
    private Counter<long>? _connectionsRefused, _publishesRefused, _subscriptionsRefused, _messagesDropped;
    private Counter<long>? _deathsUnreadable, _birthsStored, _birthsEmpty, _retainedFailures;

    /// <summary>CONNECTs that were refused, by reason.</summary>
    public void ConnectionRefused(string reason) =>
        Count(ref _connectionsRefused, "sparkplug.broker.connections.refused", KeyValuePair.Create<string, object?>("reason", reason));

    /// <summary>PUBLISHes that a client may not make.</summary>
    public void PublishRefused() => Count(ref _publishesRefused, "sparkplug.broker.publishes.refused");

    /// <summary>SUBSCRIBEs with a filter that MQTT does not allow.</summary>
    public void SubscriptionRefused() => Count(ref _subscriptionsRefused, "sparkplug.broker.subscriptions.refused");

    /// <summary>Messages that a slow subscriber lost because its queue was full.</summary>
    public void MessageDropped() => Count(ref _messagesDropped, "sparkplug.broker.messages.dropped");

    /// <summary>NDEATH payloads that are no protobuf and went on unchanged.</summary>
    public void DeathUnreadable() => Count(ref _deathsUnreadable, "sparkplug.broker.ndeath.unreadable");

    /// <summary>Birth certificates that were stored.</summary>
    public void BirthStored() => Count(ref _birthsStored, "sparkplug.broker.births.stored");

    /// <summary>Births without a payload, which are no certificates.</summary>
    public void BirthEmpty() => Count(ref _birthsEmpty, "sparkplug.broker.births.empty");

    /// <summary>Writes of retained messages that failed and are tried again with the next one.</summary>
    public void RetainedWriteFailed() => Count(ref _retainedFailures, "sparkplug.broker.retained.failures");

    private void Count(ref Counter<long>? counter, string name, params ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        (counter ??= _meter.CreateCounter<long>(name)).Add(1, tags);
}
