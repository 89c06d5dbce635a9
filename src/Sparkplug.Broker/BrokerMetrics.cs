using System.Diagnostics.Metrics;
using Sparkplug.Broker.Administration;
using Sparkplug.Broker.Connections;
using Sparkplug.Broker.Packets;

namespace Sparkplug.Broker;

/// <summary>What the broker counts, on the meter <c>Sparkplug.Broker</c>.</summary>
/// <remarks>What is counted for each packet is counted on the broker's loop alone, and needs no lock.</remarks>
internal sealed class BrokerMetrics
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Sparkplug.Broker";

    private readonly Counter<long> _connectionsAccepted, _connectionsRefused, _certificatesRefused, _violations, _publishesRefused, _subscriptionsRefused, _deliveriesRefused;
    private readonly Counter<long> _deathsUnreadable, _birthsStored, _birthsEmpty, _storeFailures, _storeRows, _storeDropped, _storeQuarantined;
    private readonly Histogram<double> _storeCommits;
    private long _published, _delivered, _dropped, _packetsReceived, _packetsSent, _bytesReceived, _bytesSent;
    private BrokerFigures _figures = BrokerFigures.None;

    public BrokerMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _connectionsAccepted = meter.CreateCounter<long>("sparkplug.broker.connections.accepted", description: "Connections that came in, by listener");
        _connectionsRefused = meter.CreateCounter<long>("sparkplug.broker.connections.refused", description: "CONNECTs that were refused, by reason");
        _certificatesRefused = meter.CreateCounter<long>("sparkplug.broker.certificates.refused", description: "Client certificates that were refused in a handshake");
        _violations = meter.CreateCounter<long>("sparkplug.broker.violations", description: "Connections ended for what the client sent, by reason");
        _publishesRefused = meter.CreateCounter<long>("sparkplug.broker.publishes.refused", description: "PUBLISHes that a client may not make");
        _subscriptionsRefused = meter.CreateCounter<long>("sparkplug.broker.subscriptions.refused", description: "Subscriptions that were refused");
        _deliveriesRefused = meter.CreateCounter<long>("sparkplug.broker.deliveries.refused", description: "Messages that a subscriber may not read");
        _deathsUnreadable = meter.CreateCounter<long>("sparkplug.broker.ndeath.unreadable", description: "NDEATH payloads that are no protobuf and went on unchanged");
        _birthsStored = meter.CreateCounter<long>("sparkplug.broker.births.stored", description: "Birth certificates that were stored");
        _birthsEmpty = meter.CreateCounter<long>("sparkplug.broker.births.empty", description: "Births without a payload, which are no certificates");
        _storeFailures = meter.CreateCounter<long>("sparkplug.broker.store.failures", description: "Batches that the disk refused and that are tried again");
        _storeCommits = meter.CreateHistogram<double>("sparkplug.broker.store.commits", "s", "Time from the beginning of a transaction to the end of its sync");
        _storeRows = meter.CreateCounter<long>("sparkplug.broker.store.rows", description: "Rows that were written or removed");
        _storeDropped = meter.CreateCounter<long>("sparkplug.broker.store.dropped", description: "Retained messages of QoS 0 that were given up while the disk refused");
        _storeQuarantined = meter.CreateCounter<long>("sparkplug.broker.store.quarantined", description: "Damaged files that were put aside");
        meter.CreateObservableCounter("sparkplug.broker.messages.received", () => Volatile.Read(ref _published), description: "Messages that were published");
        meter.CreateObservableCounter("sparkplug.broker.messages.sent", () => Volatile.Read(ref _delivered), description: "Messages that were sent to subscribers");
        meter.CreateObservableCounter("sparkplug.broker.messages.dropped", () => Volatile.Read(ref _dropped), description: "Messages that a subscriber lost: it was too slow, they were too old or too large");
        meter.CreateObservableCounter("sparkplug.broker.packets.received", () => Volatile.Read(ref _packetsReceived), description: "MQTT packets that came in");
        meter.CreateObservableCounter("sparkplug.broker.packets.sent", () => Volatile.Read(ref _packetsSent), description: "MQTT packets that went out");
        meter.CreateObservableCounter("sparkplug.broker.received", () => Volatile.Read(ref _bytesReceived), "By", "Bytes of MQTT packets that came in");
        meter.CreateObservableCounter("sparkplug.broker.sent", () => Volatile.Read(ref _bytesSent), "By", "Bytes of MQTT packets that went out");
        AddGauges(meter);
    }

    /// <summary>The last look at the engine. The loop takes it, anybody may read it.</summary>
    public BrokerFigures Figures
    {
        get => Volatile.Read(ref _figures);
        set => Volatile.Write(ref _figures, value);
    }

    /// <summary>Messages that were published since the start.</summary>
    public long MessagesReceived => Volatile.Read(ref _published);

    /// <summary>A client certificate was refused in a handshake.</summary>
    public void CertificateRefused() => _certificatesRefused.Add(1);

    /// <summary>Messages that were sent to subscribers since the start.</summary>
    public long MessagesSent => Volatile.Read(ref _delivered);

    /// <summary>Messages that a subscriber lost since the start.</summary>
    public long MessagesDropped => Volatile.Read(ref _dropped);

    /// <summary>MQTT packets of all kinds that came in since the start.</summary>
    public long PacketsReceived => Volatile.Read(ref _packetsReceived);

    /// <summary>MQTT packets of all kinds that went out since the start.</summary>
    public long PacketsSent => Volatile.Read(ref _packetsSent);

    /// <summary>What these packets had, in bytes.</summary>
    public long BytesReceived => Volatile.Read(ref _bytesReceived);

    /// <summary>What these packets had, in bytes.</summary>
    public long BytesSent => Volatile.Read(ref _bytesSent);

    public void ConnectionAccepted(ListenerKind listener) => _connectionsAccepted.Add(1, KeyValuePair.Create<string, object?>("listener", listener.ToString()));

    public void ConnectionRefused(string reason) => _connectionsRefused.Add(1, KeyValuePair.Create<string, object?>("reason", reason));

    public void Violation(ReasonCode reason) => _violations.Add(1, KeyValuePair.Create<string, object?>("reason", reason.ToString()));

    public void PublishRefused() => _publishesRefused.Add(1);

    public void SubscriptionRefused() => _subscriptionsRefused.Add(1);

    public void DeliveryRefused() => _deliveriesRefused.Add(1);

    public void DeathUnreadable() => _deathsUnreadable.Add(1);

    public void BirthStored() => _birthsStored.Add(1);

    public void BirthEmpty() => _birthsEmpty.Add(1);

    public void StoreFailed() => _storeFailures.Add(1);

    /// <summary>A transaction is on the disk.</summary>
    public void StoreCommitted(long rows, TimeSpan duration)
    {
        _storeCommits.Record(duration.TotalSeconds);
        _storeRows.Add(rows);
    }

    public void StoreDropped(int count) => _storeDropped.Add(count);

    public void StoreQuarantined() => _storeQuarantined.Add(1);

    /// <summary>A message was published.</summary>
    public void Published() => Volatile.Write(ref _published, _published + 1);

    /// <summary>A message was sent to one subscriber.</summary>
    public void Delivered() => Volatile.Write(ref _delivered, _delivered + 1);

    /// <summary>A message was meant for a subscriber and is not sent to it.</summary>
    public void MessageDropped() => Volatile.Write(ref _dropped, _dropped + 1);

    /// <summary>A packet came in.</summary>
    public void PacketReceived(int size)
    {
        Volatile.Write(ref _packetsReceived, _packetsReceived + 1);
        Volatile.Write(ref _bytesReceived, _bytesReceived + size);
    }

    /// <summary>A packet was written to a client.</summary>
    public void PacketSent(int size)
    {
        Volatile.Write(ref _packetsSent, _packetsSent + 1);
        Volatile.Write(ref _bytesSent, _bytesSent + size);
    }

    private void AddGauges(Meter meter)
    {
        meter.CreateObservableGauge("sparkplug.broker.connections", () => Figures.Connections, description: "Connections that are open");
        meter.CreateObservableGauge("sparkplug.broker.clients", () => Figures.Connected, description: "Clients that are connected");
        meter.CreateObservableGauge("sparkplug.broker.sessions", () => Figures.Sessions, description: "Sessions, those of clients that are away included");
        meter.CreateObservableGauge("sparkplug.broker.subscriptions", () => Figures.Subscriptions, description: "Subscriptions that hold");
        meter.CreateObservableGauge("sparkplug.broker.wills", () => Figures.Wills, description: "Wills that are kept");
        meter.CreateObservableGauge("sparkplug.broker.retained.messages", () => Figures.Retained, description: "Retained messages, birth certificates included");
        meter.CreateObservableGauge("sparkplug.broker.retained.size", () => Figures.RetainedBytes, "By", "About the memory of retained messages");
        meter.CreateObservableGauge("sparkplug.broker.queue.messages", () => Figures.Queued, description: "QoS 1 and 2 messages that subscribers have not acknowledged");
        meter.CreateObservableGauge("sparkplug.broker.store.backlog", () => Figures.StoreBacklog, "By", "About the bytes that wait for the disk");
        meter.CreateObservableGauge("sparkplug.broker.store.accepting", () => Figures.IsStoreAccepting ? 1 : 0, description: "1 while the disk takes what is promised");
        meter.CreateObservableGauge("sparkplug.broker.loop.delay", () => Figures.LoopDelay.TotalSeconds, "s", "How late the broker's loop was at the last look");
    }
}
