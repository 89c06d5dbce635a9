using System.Diagnostics;
using Benchmarks.Brokers;
using Benchmarks.Generator;

namespace Benchmarks.Cases;

/// <summary>
/// The connect storm with a password for each node. Cold: the broker has checked none of them since its start. Warm: the same once more.
/// </summary>
internal sealed class Passwords : Case
{
    private const string HostUser = "host";

    // A password of the benchmark's own throw-away users file.
    private const string Password = "benchmark-only";

    public override string Name => "passwords";

    public override string What => "9,000 nodes with a user and a password each connect, subscribe, publish NBIRTH, all at once; those turned away come again a second later";

    public override bool IsOursOnly => true;

    public override int MostRounds => 1;

    public override IReadOnlyList<Target> Targets(bool tls) => [];

    public override IReadOnlyList<Figure> Run(BrokerProgram program, Conditions conditions)
    {
        var nodes = conditions.IsQuick ? 200 : 9000;
        var users = UsersFile(conditions.OurCommand, Workspace.NewFolder("users"), nodes);
        using var broker = BrokerProcess.Start(program, conditions.Tls, usersFile: users);
        return Measure(broker, nodes, conditions);
    }

    private static Figure[] Measure(BrokerProcess broker, int nodes, Conditions conditions)
    {
        var plan = new FleetPlan
        {
            Nodes = nodes,
            PublishesBirth = true,
            AtOnce = int.MaxValue,
            Retries = true,
            Patience = TimeSpan.FromMinutes(20),
            Tls = conditions.HasTls,
            Credentials = number => new Credentials(Names.Node(number), Password),
            HostCredentials = new Credentials(HostUser, Password),
        };
        using var fleet = new Fleet(plan, broker.Port);
        fleet.ConnectHosts();
        var before = broker.Cpu;
        var cold = fleet.Births(nodes);
        var cpu = broker.Cpu - before;
        var turnedAway = fleet.Retried;
        fleet.DropNodesAndAwaitDeaths(awaitDeaths: true);
        var warm = fleet.Births(nodes);
        return
        [
            new("nodes", nodes),
            new("seconds, passwords cold", cold.TotalSeconds, "N2"),
            new("broker CPU ms/node, cold", cpu.TotalMilliseconds / nodes, "N1"),
            new("turned away meanwhile, cold", turnedAway),
            new("seconds, passwords warm", warm.TotalSeconds, "N2"),
            new("turned away meanwhile, warm", fleet.Retried - turnedAway),
        ];
    }

    /// <summary>
    /// The command makes one user; the others are copies of that line under other names, since 9,000 hashes would take minutes.
    /// The broker has to check each of them all the same.
    /// </summary>
    private static string UsersFile(string command, string folder, int nodes)
    {
        var file = Path.Combine(folder, "users");
        Add(command, HostUser, file);
        Add(command, Names.Node(0), file);
        var lines = File.ReadAllLines(file);
        var node = lines.Single(line => line.StartsWith(Names.Node(0), StringComparison.Ordinal));
        var others = Enumerable.Range(1, nodes - 1).Select(number => node.Replace(Names.Node(0), Names.Node(number), StringComparison.Ordinal));
        File.WriteAllLines(file, [.. lines, .. others]);
        return file;
    }

    private static void Add(string command, string user, string file)
    {
        var start = new ProcessStartInfo(command, ["user", "add", user, $"--Broker:UsersFile={file}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new IOException($"{command} does not start.");
        process.StandardInput.WriteLine(Password);
        process.StandardInput.Close();
        var said = process.StandardOutput.ReadToEnd() + process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new IOException($"sparkplug user add {user} ended with {process.ExitCode}: {said}");
    }
}
