namespace Benchmarks;

/// <summary>What the command line asks for.</summary>
internal sealed record Options
{
    public const string Usage = """
        tests/Benchmarks/run [CASES...] [OPTIONS]
          CASES            names or their beginnings (qos0, burst-9000, steady, ...); none: all of them
          --case NAME      the same
          --quick          one short round of each, and no waiting for a quiet machine: for tuning, not for the record
          --rounds N       how often each broker is measured, in turn (3)
          --tls            every connection over TLS
          --ours-only      without mosquitto
          --mosquitto-only without our broker
          --no-ceiling     without the bare sink
          --ours FILE      the sparkplug command (this repository's)
          --mosquitto FILE the mosquitto program (/usr/sbin/mosquitto)
          --markdown FILE  writes the table there too
          --list           the cases
        """;

    public IReadOnlyList<string> Cases { get; init; } = [];

    public bool IsQuick { get; init; }

    public int? Rounds { get; init; }

    public bool Tls { get; init; }

    public bool OursOnly { get; init; }

    public bool MosquittoOnly { get; init; }

    public bool NoCeiling { get; init; }

    public bool IsList { get; init; }

    public string? Ours { get; init; }

    public string Mosquitto { get; init; } = "/usr/sbin/mosquitto";

    public string? Markdown { get; init; }

    /// <exception cref="ArgumentException">An option that does not exist, or one without its value.</exception>
    public static Options Parse(string[] args)
    {
        var options = new Options();
        var cases = new List<string>();
        for (var i = 0; i < args.Length; i++)
        {
            var option = args[i];
            string Value() => ++i < args.Length ? args[i] : throw new ArgumentException($"{option} wants a value.");
            options = option switch
            {
                "--quick" => options with { IsQuick = true },
                "--tls" => options with { Tls = true },
                "--ours-only" => options with { OursOnly = true },
                "--mosquitto-only" => options with { MosquittoOnly = true },
                "--no-ceiling" => options with { NoCeiling = true },
                "--list" => options with { IsList = true },
                "--ours" => options with { Ours = Path.GetFullPath(Value()) },
                "--mosquitto" => options with { Mosquitto = Value() },
                "--markdown" => options with { Markdown = Value() },
                "--rounds" => options with { Rounds = int.TryParse(Value(), out var rounds) && rounds > 0 ? rounds : throw new ArgumentException("--rounds wants a number above 0.") },
                "--case" => Add(Value()),
                _ when !option.StartsWith('-') => Add(option),
                _ => throw new ArgumentException($"There is no option {option}.\n{Usage}"),
            };
        }

        return options with { Cases = cases };

        Options Add(string name)
        {
            cases.Add(name);
            return options;
        }
    }
}
