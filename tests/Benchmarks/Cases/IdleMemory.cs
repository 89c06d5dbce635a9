using Benchmarks.Brokers;
using Benchmarks.Generator;
using Benchmarks.Native;

namespace Benchmarks.Cases;

/// <summary>What one more edge node that is connected, subscribed and silent costs in resident memory (the kernel's buffers not counted).</summary>
internal sealed class IdleMemory : Case
{
    private const string Each = "KiB/connection";

    // The first thousand pay for what is there once: code that is compiled, pools that are filled.
    private const int First = 1000;

    public override string Name => "idle-memory";

    public override string What => "resident memory of one more idle edge node (two subscriptions, a Will), between 1,000 and 9,000";

    public override IReadOnlyList<Target> Targets(bool tls) => [Target.Absolute(Each, tls ? 48 : 8)];

    public override IReadOnlyList<Figure> Run(BrokerProgram program, Conditions conditions)
    {
        var all = conditions.IsQuick ? 5000 : 9000;
        using var broker = BrokerProcess.Start(program, conditions.Tls);
        using var fleet = new Fleet(new FleetPlan { Nodes = all, Tls = conditions.HasTls }, broker.Port);
        fleet.ConnectHosts();
        fleet.ConnectNodes(First);
        var before = SettledBytes(broker);
        fleet.ConnectNodes(all);
        var after = SettledBytes(broker);
        return [new(Each, (after - before) / 1024.0 / (all - First), "N1"), new("MiB in all", after / 1048576.0)];
    }

    /// <summary>Waits until the broker has nothing left to do.</summary>
    private static long SettledBytes(BrokerProcess broker)
    {
        const int MostSeconds = 10;
        for (var second = 0; second < MostSeconds; second++)
        {
            var busy = broker.Cpu;
            Libc.Pause(TimeSpan.FromSeconds(1));
            if (broker.Cpu - busy <= TimeSpan.FromMilliseconds(10)) break;
        }

        return broker.ResidentBytes;
    }
}
