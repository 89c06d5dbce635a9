namespace EdgeNode.Serial;

/// <summary>Which ports the edge node looks at.</summary>
public sealed record SerialOptions
{
    /// <summary>The word that stands for <see cref="AutoPatterns"/>.</summary>
    public const string Auto = "auto";

    /// <summary>Paths, patterns with <c>*</c> and <c>?</c> in their last part, or <c>auto</c>; none for an edge node without devices.</summary>
    public IReadOnlyList<string> Ports { get; init; } = [];

    /// <summary>Paths or patterns that are never opened, by the path that was found or the device behind it: a PLC may hang there.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>What <c>auto</c> stands for.</summary>
    public IReadOnlyList<string> AutoPatterns { get; init; } = ["/dev/ttyACM*", "/dev/ttyUSB*"];
}
