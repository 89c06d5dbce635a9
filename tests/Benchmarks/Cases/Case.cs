using Benchmarks.Brokers;

namespace Benchmarks.Cases;

/// <summary>One measured number of a case.</summary>
internal sealed record Figure(string Name, double Value, string Format = "N0");

/// <summary>What a case is run with.</summary>
internal sealed record Conditions
{
    public required bool IsQuick { get; init; }

    public required ServerCertificate? Tls { get; init; }

    /// <summary>Our broker's command, for the cases that need more of it than a broker.</summary>
    public required string OurCommand { get; init; }

    public bool HasTls => Tls is not null;

    public TimeSpan WarmUp => TimeSpan.FromSeconds(IsQuick ? 1.5 : 4);

    public TimeSpan Measured => TimeSpan.FromSeconds(IsQuick ? 2 : 5);
}

/// <summary>A bound that a case has to keep: for our number over mosquitto's in the same run, or for our number alone.</summary>
internal sealed record Target(string Figure, Bound Bound, double Value, bool IsAbsolute = false)
{
    public bool IsMet(double value) => Bound == Bound.AtLeast ? value >= Value : value <= Value;

    public override string ToString() => $"{(Bound == Bound.AtLeast ? ">=" : "<=")} {Value:0.##}{(IsAbsolute ? "" : "x")}";

    public static Target AtLeast(string figure, double ratio) => new(figure, Bound.AtLeast, ratio);

    public static Target AtMost(string figure, double ratio) => new(figure, Bound.AtMost, ratio);

    public static Target Absolute(string figure, double most) => new(figure, Bound.AtMost, most, IsAbsolute: true);
}

internal enum Bound { AtLeast, AtMost }

/// <summary>One row of the comparison: a load that is put on one broker after the other.</summary>
internal abstract class Case
{
    public abstract string Name { get; }

    /// <summary>One line for the reader of the table.</summary>
    public abstract string What { get; }

    /// <summary>It makes sense against the bare sink: the generator's ceiling.</summary>
    public virtual bool HasCeiling => false;

    /// <summary>mosquitto has nothing to compare.</summary>
    public virtual bool IsOursOnly => false;

    /// <summary>A case that takes many minutes is not repeated.</summary>
    public virtual int MostRounds => int.MaxValue;

    public abstract IReadOnlyList<Target> Targets(bool tls);

    /// <summary>Starts the broker, puts the load on it, ends it.</summary>
    public abstract IReadOnlyList<Figure> Run(BrokerProgram program, Conditions conditions);
}
