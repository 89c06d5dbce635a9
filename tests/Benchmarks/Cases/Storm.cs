using Benchmarks.Brokers;
using Benchmarks.Generator;

namespace Benchmarks.Cases;

/// <summary>
/// The whole plant connects, subscribes and publishes its births: the time until the host has them all. Once to a broker that has just
/// been started, and once more after all connections were cut (and their Wills delivered).
/// </summary>
internal sealed class Storm(string name, int atOnce) : Case
{
    private const string Cold = "nodes/s, fresh broker", Warm = "nodes/s, again";

    public override string Name => name;

    public override string What =>
        $"9,000 nodes connect, subscribe, publish NBIRTH, {(atOnce == int.MaxValue ? "all at once" : $"{atOnce} at a time")}, until the host has all births";

    public override bool HasCeiling => true;

    public override IReadOnlyList<Target> Targets(bool tls)
    {
        if (atOnce != int.MaxValue)
            return [];
        var times = tls ? 1 : 7;
        return [Target.AtLeast(Cold, times), Target.AtLeast(Warm, times)];
    }

    public override IReadOnlyList<Figure> Run(BrokerProgram program, Conditions conditions)
    {
        var nodes = conditions.IsQuick ? 3000 : 9000;
        using var broker = BrokerProcess.Start(program, conditions.Tls);
        var plan = new FleetPlan { Nodes = nodes, PublishesBirth = true, AtOnce = atOnce, Retries = true, Tls = conditions.HasTls };
        using var fleet = new Fleet(plan, broker.Port);
        fleet.ConnectHosts();
        var cold = fleet.Births(nodes);
        fleet.DropNodesAndAwaitDeaths(awaitDeaths: program is not SinkProgram);
        var warm = fleet.Births(nodes);
        return
        [
            new(Cold, nodes / cold.TotalSeconds),
            new(Warm, nodes / warm.TotalSeconds),
            new("seconds, fresh broker", cold.TotalSeconds, "N2"),
            new("seconds, again", warm.TotalSeconds, "N2"),
        ];
    }
}
