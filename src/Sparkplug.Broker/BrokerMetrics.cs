using System.Diagnostics.Metrics;
using Sparkplug.Broker.Packets;

namespace Sparkplug.Broker;

/// <summary>What the broker counts, on the meter <c>Sparkplug.Broker</c>.</summary>
internal sealed class BrokerMetrics
{
    private readonly Counter<long> _connectionsRefused, _certificatesRefused, _violations, _publishesRefused, _subscriptionsRefused, _deliveriesRefused, _dropped;
    private readonly Counter<long> _deathsUnreadable, _birthsStored, _birthsEmpty, _storeFailures;
    private long _published, _delivered;

    public BrokerMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Sparkplug.Broker");
        _connectionsRefused = meter.CreateCounter<long>("sparkplug.broker.connections.refused", description: "CONNECTs that were refused, by reason");
        _certificatesRefused = meter.CreateCounter<long>("sparkplug.broker.certificates.refused", description: "Client certificates that were refused in a handshake");
        _violations = meter.CreateCounter<long>("sparkplug.broker.violations", description: "Connections ended for what the client sent, by reason");
        _publishesRefused = meter.CreateCounter<long>("sparkplug.broker.publishes.refused", description: "PUBLISHes that a client may not make");
        _subscriptionsRefused = meter.CreateCounter<long>("sparkplug.broker.subscriptions.refused", description: "Subscriptions that were refused");
        _deliveriesRefused = meter.CreateCounter<long>("sparkplug.broker.deliveries.refused", description: "Messages that a subscriber may not read");
        _dropped = meter.CreateCounter<long>("sparkplug.broker.messages.dropped", description: "Messages that a slow subscriber lost");
        _deathsUnreadable = meter.CreateCounter<long>("sparkplug.broker.ndeath.unreadable", description: "NDEATH payloads that are no protobuf and went on unchanged");
        _birthsStored = meter.CreateCounter<long>("sparkplug.broker.births.stored", description: "Birth certificates that were stored");
        _birthsEmpty = meter.CreateCounter<long>("sparkplug.broker.births.empty", description: "Births without a payload, which are no certificates");
        _storeFailures = meter.CreateCounter<long>("sparkplug.broker.store.failures", description: "Batches that the disk refused and that are tried again");
        meter.CreateObservableCounter("sparkplug.broker.messages.received", () => Volatile.Read(ref _published), description: "Messages that were published");
        meter.CreateObservableCounter("sparkplug.broker.messages.sent", () => Volatile.Read(ref _delivered), description: "Messages that were sent to subscribers");
    }

    /// <summary>Messages that were published since the start.</summary>
    public long MessagesReceived => Volatile.Read(ref _published);

    /// <summary>A client certificate was refused in a handshake.</summary>
    public void CertificateRefused() => _certificatesRefused.Add(1);

    /// <summary>Messages that were sent to subscribers since the start.</summary>
    public long MessagesSent => Volatile.Read(ref _delivered);

    public void ConnectionRefused(string reason) => _connectionsRefused.Add(1, KeyValuePair.Create<string, object?>("reason", reason));

    public void Violation(ReasonCode reason) => _violations.Add(1, KeyValuePair.Create<string, object?>("reason", reason.ToString()));

    public void PublishRefused() => _publishesRefused.Add(1);

    public void SubscriptionRefused() => _subscriptionsRefused.Add(1);

    public void DeliveryRefused() => _deliveriesRefused.Add(1);

    public void MessageDropped() => _dropped.Add(1);

    public void DeathUnreadable() => _deathsUnreadable.Add(1);

    public void BirthStored() => _birthsStored.Add(1);

    public void BirthEmpty() => _birthsEmpty.Add(1);

    public void StoreFailed() => _storeFailures.Add(1);

    /// <summary>A message was published. Called on the broker's loop alone: the count needs no lock.</summary>
    public void Published() => Volatile.Write(ref _published, _published + 1);

    /// <summary>A message was sent to one subscriber. Called on the broker's loop alone.</summary>
    public void Delivered() => Volatile.Write(ref _delivered, _delivered + 1);
}
