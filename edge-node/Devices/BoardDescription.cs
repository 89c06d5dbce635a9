using System.Diagnostics.CodeAnalysis;

namespace EdgeNode.Devices;

/// <summary>What a board says of itself.</summary>
public sealed class BoardDescription
{
    /// <summary>Its identity.</summary>
    public required BoardId Id { get; init; }

    /// <summary>The name of its sketch.</summary>
    public required string Sketch { get; init; }

    /// <summary>The version of its sketch.</summary>
    public required string Version { get; init; }

    /// <summary>Counts its starts: another number means that it has restarted.</summary>
    public required ushort Boot { get; init; }

    /// <summary>Why it started last.</summary>
    public required BootCause Cause { get; init; }

    /// <summary>How often it says that it is alive.</summary>
    public required TimeSpan Beat { get; init; }

    /// <summary>Its tags in the order of their index, names unique; those of an unknown type are left out.</summary>
    public required IReadOnlyList<BoardTag> Tags { get; init; }

    /// <summary>True if both describe the same device with the same tags, whichever start of it they come from.</summary>
    public bool DescribesSameDevice([NotNullWhen(true)] BoardDescription? other) =>
        other is not null && Id == other.Id && Sketch == other.Sketch && Version == other.Version && Tags.SequenceEqual(other.Tags);

    /// <inheritdoc/>
    public override string ToString() => $"{Id} ({Sketch} {Version}, {Tags.Count} tags, boot {Boot} by {Cause})";
}

/// <summary>Why a board started.</summary>
public enum BootCause
{
    /// <summary>The board does not know, or gives a cause that is not known here.</summary>
    Unknown,

    /// <summary>Power came.</summary>
    Power,

    /// <summary>The reset pin, or a port that was opened.</summary>
    Reset,

    /// <summary>The supply voltage was too low.</summary>
    Brownout,

    /// <summary>The sketch hung.</summary>
    Watchdog,
}
