using Benchmarks.Brokers;
using Benchmarks.Generator;

namespace Benchmarks.Cases;

/// <summary>How many messages a second come through, and what each costs the broker.</summary>
internal sealed class Throughput(string name, int nodes, int burst, byte qos, int hosts, double rate, double cpu) : Case
{
    public const string PerSecond = "messages/s", BrokerCpu = "broker CPU us/message", GeneratorCpu = "generator CPU us/message";
    public const string GeneratorShare = "generator % of a core", Others = "others % of a core";

    private const int Window = 5000;

    public override string Name => name;

    public override string What =>
        $"QoS {qos}, {nodes:N0} nodes, {(burst == 1 ? "one message" : $"{burst} messages")} a write, {hosts} host{(hosts == 1 ? "" : "s")}";

    public override bool HasCeiling => true;

    public override IReadOnlyList<Target> Targets(bool tls)
    {
        if (tls)
            return [Target.AtLeast(PerSecond, 1)];
        return double.IsNaN(cpu) ? [Target.AtLeast(PerSecond, rate)] : [Target.AtLeast(PerSecond, rate), Target.AtMost(BrokerCpu, cpu)];
    }

    public override IReadOnlyList<Figure> Run(BrokerProgram program, Conditions conditions)
    {
        using var broker = BrokerProcess.Start(program, conditions.Tls);
        using var fleet = new Fleet(new FleetPlan { Nodes = nodes, Hosts = hosts, HostQos = qos, Tls = conditions.HasTls }, broker.Port);
        fleet.ConnectHosts();
        fleet.ConnectNodes(nodes);
        using var publication = new Publication(burst, qos);
        var measurement = new ClosedLoad(fleet, publication, Window).Run(conditions.WarmUp, conditions.Measured, () => broker.Cpu);
        return
        [
            new(PerSecond, measurement.PerSecond),
            new(BrokerCpu, measurement.BrokerMicroseconds, "N2"),
            new(GeneratorCpu, measurement.GeneratorMicroseconds, "N2"),
            new(GeneratorShare, measurement.GeneratorPercent),
            new(Others, measurement.OthersPercent),
        ];
    }
}
