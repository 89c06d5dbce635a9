using Benchmarks.Brokers;
using Benchmarks.Generator;

namespace Benchmarks.Cases;

/// <summary>How long a message takes, and what the broker needs, when it is far from its limits.</summary>
internal sealed class Steady(string name, int perSecond) : Case
{
    private const int Nodes = 1000;
    private const string Median = "p50 us", High = "p99 us", Cpu = "broker CPU % of a core";

    public override string Name => name;

    public override string What => $"{perSecond:N0} messages a second, evenly spaced, QoS 0, {Nodes:N0} nodes, 1 host";

    public override bool HasCeiling => true;

    public override IReadOnlyList<Target> Targets(bool tls) =>
        tls ? [] : [Target.AtMost(Median, 0.2), Target.AtMost(High, 0.1), Target.AtMost(Cpu, 1.5)];

    public override IReadOnlyList<Figure> Run(BrokerProgram program, Conditions conditions)
    {
        using var broker = BrokerProcess.Start(program, conditions.Tls);
        using var fleet = new Fleet(new FleetPlan { Nodes = Nodes, Tls = conditions.HasTls }, broker.Port);
        fleet.ConnectHosts();
        fleet.ConnectNodes(Nodes);
        using var publication = new Publication(burst: 1, qos: 0);
        var load = new SteadyLoad(fleet, publication, perSecond);
        var measurement = load.Run(conditions.WarmUp, conditions.Measured, () => broker.Cpu);
        return
        [
            new(Median, load.Latencies.Percentile(0.5)),
            new("p90 us", load.Latencies.Percentile(0.9)),
            new(High, load.Latencies.Percentile(0.99)),
            new("p99.9 us", load.Latencies.Percentile(0.999)),
            new(Cpu, 100 * measurement.BrokerCpu / measurement.Time, "N1"),
            new(Throughput.Others, measurement.OthersPercent),
        ];
    }
}
