using Benchmarks.Brokers;
using Benchmarks.Cases;
using Benchmarks.Generator;
using Benchmarks.Native;
using Benchmarks.Report;

namespace Benchmarks;

/// <summary>Runs each case on both brokers in turn, as often as asked, and writes the table.</summary>
internal sealed class Comparison(Options options, TextWriter output)
{
    private const int DescriptorsNeeded = 9500;

    private readonly OurBroker _ours = new(options.Ours ?? RepositoryFile("sparkplug"));
    private readonly Mosquitto _mosquitto = new(options.Mosquitto);
    private readonly SinkProgram _sink = new();

    private int Rounds => options.Rounds ?? (options.IsQuick ? 1 : 3);

    public int Run()
    {
        var cases = AllCases.Named(options.Cases);
        if (options.IsList)
        {
            foreach (var one in cases) output.WriteLine($"{one.Name,-18}{one.What}");
            return 0;
        }

        if (Libc.RaiseOpenFiles() is var files && files < DescriptorsNeeded)
            output.WriteLine($"Only {files} files may be open: cases with 9,000 nodes will fail (ulimit -Hn {DescriptorsNeeded} or more).");
        Report(cases);
        return 0;
    }

    private void Report(IReadOnlyList<Case> cases)
    {
        var conditions = new Conditions { IsQuick = options.IsQuick, Tls = options.Tls ? ServerCertificate.Create(Workspace.NewFolder("tls")) : null, OurCommand = _ours.Command };
        BrokerProgram[] programs = [.. options.MosquittoOnly ? [] : (BrokerProgram[])[_ours], .. options.OursOnly ? [] : (BrokerProgram[])[_mosquitto]];
        var machine = Machine.Describe(programs, options.Tls, Rounds, conditions);
        output.WriteLine(machine);
        var results = cases.Select(one => Measure(one, conditions)).ToArray();
        var table = Table.Of(results, options.Tls);
        output.WriteLine();
        output.WriteLine(table);
        if (options.Markdown is { } file)
            File.WriteAllText(file, $"{machine.Replace("\n", "\n\n", StringComparison.Ordinal)}\n\n{table}");
    }

    private CaseResult Measure(Case one, Conditions conditions)
    {
        output.WriteLine($"\n{one.Name}: {one.What}");
        var result = new CaseResult(one, new Side(), new Side(), new Side());
        if (one.HasCeiling && !options.NoCeiling)
            RunOnce(one, _sink, result.Ceiling, conditions);
        for (var round = 0; round < Math.Min(Rounds, one.MostRounds); round++)
        {
            if (!options.MosquittoOnly)
                RunOnce(one, _ours, result.Ours, conditions);
            if (!options.OursOnly && !one.IsOursOnly)
                RunOnce(one, _mosquitto, result.Mosquitto, conditions);
        }

        return result;
    }

    private void RunOnce(Case one, BrokerProgram program, Side side, Conditions conditions)
    {
        try
        {
            var figures = RunUndisturbed(one, program, conditions);
            side.Add(figures);
            output.WriteLine($"  {program.Name,-10} {string.Join(", ", figures.Select(figure => $"{figure.Name} {figure.Value.ToString(figure.Format, null)}"))}");
        }
        catch (Exception fault) when (fault is IOException or TimeoutException or InvalidDataException or CaseFailedException)
        {
            side.Failure = fault.Message.Split('\n')[0];
            output.WriteLine($"  {program.Name,-10} FAILED: {fault.Message}");
        }
    }

    /// <summary>Waits for a quiet machine, and tries again where it did not stay quiet; for tuning neither.</summary>
    private IReadOnlyList<Figure> RunUndisturbed(Case one, BrokerProgram program, Conditions conditions)
    {
        const int Tries = 4;
        for (var tries = 1; ; tries++)
        {
            var isQuiet = !options.IsQuick && Quiet.Await();
            if (!options.IsQuick && !isQuiet)
                output.WriteLine($"  {program.Name,-10} (the machine does not become quiet)");
            var figures = one.Run(program, conditions);
            if (!isQuiet || tries == Tries || !Quiet.WasDisturbed(figures))
                return figures;
            output.WriteLine($"  {program.Name,-10} (disturbed by other processes: once more)");
        }
    }

    private static string RepositoryFile(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Sparkplug.sln"))) return Path.Combine(folder.FullName, name);
        throw new ArgumentException($"{AppContext.BaseDirectory} is not in the repository: name our broker's command with --ours.");
    }
}
