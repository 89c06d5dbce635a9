using Benchmarks.Brokers;
using Benchmarks.Generator;

namespace Benchmarks.Cases;

/// <summary>
/// QoS 1 to a host with a durable session, both brokers with their persistence on: messages a second, and what is missing after a
/// <c>kill -9</c> of what the broker had acknowledged while the host was away.
/// </summary>
internal sealed class Durable : Case
{
    private const int Nodes = 1000, Window = 5000;
    private const string Lost = "acknowledged and lost";
    private const int AcknowledgedBeforeKill = 10_000;

    public override string Name => "durable";

    public override string What =>
        $"QoS 1, {Nodes:N0} nodes, 1 host with a durable session, persistence on; then kill -9 after {AcknowledgedBeforeKill:N0} acknowledged messages for the absent host";

    public override IReadOnlyList<Target> Targets(bool tls) => [Target.Absolute(Lost, 0)];

    public override IReadOnlyList<Figure> Run(BrokerProgram program, Conditions conditions)
    {
        using var broker = BrokerProcess.Start(program, conditions.Tls, isDurable: true);
        var plan = new FleetPlan { Nodes = Nodes, HostQos = 1, HostIsDurable = true, Tls = conditions.HasTls };
        using var fleet = new Fleet(plan, broker.Port);
        fleet.ConnectHosts();
        fleet.ConnectNodes(Nodes);
        using var publication = new Publication(burst: 1, qos: 1);
        var measurement = new ClosedLoad(fleet, publication, Window).Run(conditions.WarmUp, conditions.Measured, () => broker.Cpu);

        fleet.DropHosts();
        var promised = new PromisedMessages(fleet, publication).PublishUntilAcknowledged(AcknowledgedBeforeKill, broker.Kill);
        broker.Restart();
        var kept = Kept(broker, conditions);
        return
        [
            new(Throughput.PerSecond, measurement.PerSecond),
            new(Throughput.BrokerCpu, measurement.BrokerMicroseconds, "N2"),
            new("acknowledged before kill -9", promised.Count),
            new(Lost, promised.Count(stamp => !kept.Contains(stamp))),
        ];
    }

    /// <summary>The stamps of all messages that the host gets when it comes back.</summary>
    private static HashSet<long> Kept(BrokerProcess broker, Conditions conditions)
    {
        using var fleet = new Fleet(new FleetPlan { Nodes = 0, HostQos = 1, HostIsDurable = true, Tls = conditions.HasTls }, broker.Port);
        var stamps = new Stamps();
        fleet.ConnectHosts(stamps);
        fleet.ReceiveUntilSilent();
        return stamps.Seen;
    }

    private sealed class Stamps : IDeliveryWatcher
    {
        public HashSet<long> Seen { get; } = [];

        /// <summary>A broker that keeps its promises also publishes the Wills of the connections that the kill ended: they have no stamp.</summary>
        public void Delivered(ReadOnlySpan<byte> publish)
        {
            var payload = publish[Packets.PayloadOffset(publish)..];
            if (payload.Length >= SparkplugPayload.StampOffset + sizeof(long))
                Seen.Add(SparkplugPayload.StampOf(payload));
        }
    }
}
