using Sparkplug.Metrics;

namespace EdgeNode.Devices;

/// <summary>A write to one tag of a board. Each instance is one command.</summary>
/// <param name="board">The board.</param>
/// <param name="tag">The tag's name.</param>
/// <param name="value">The value, of the tag's type.</param>
/// <param name="commandId">The id that the host gave it, if any.</param>
public sealed class BoardCommand(BoardId board, string tag, MetricValue value, string? commandId = null)
{
    /// <summary>The board.</summary>
    public BoardId Board { get; } = board;

    /// <summary>The tag's name.</summary>
    public string Tag { get; } = tag;

    /// <summary>The value, of the tag's type.</summary>
    public MetricValue Value { get; } = value;

    /// <summary>The id that the host gave it, if any.</summary>
    public string? CommandId { get; } = commandId;

    /// <inheritdoc/>
    public override string ToString() => $"{Board}/{Tag} = {Value}";
}

/// <summary>What became of a command; every command has exactly one outcome.</summary>
public abstract record CommandOutcome
{
    private CommandOutcome() { }

    /// <summary>The board has carried it out.</summary>
    /// <param name="Reading">What the board reads back.</param>
    public sealed record Applied(Reading Reading) : CommandOutcome;

    /// <summary>The board has refused it, or it was not sent because the board could only refuse it; nothing was changed.</summary>
    /// <param name="Reason">Why, in a word such as <c>range</c> or <c>read-only</c>.</param>
    public sealed record Refused(string Reason) : CommandOutcome;

    /// <summary>No answer in time: the board may have carried it out or not.</summary>
    public sealed record NoAnswer : CommandOutcome;

    /// <summary>The board restarted before it answered: it may have carried it out or not.</summary>
    public sealed record BoardRestarted : CommandOutcome;

    /// <summary>The board is gone. Where it was gone before the command was sent, nothing was changed.</summary>
    public sealed record BoardLost : CommandOutcome;

    /// <summary>Not sent: too many commands wait for this board, or it waited too long.</summary>
    public sealed record NotSent : CommandOutcome;
}
