using HostApp.Tracking;
using Sparkplug.Host;
using Sparkplug.Metrics;

namespace HostApp.Commands;

/// <summary>What a command is for: one metric of a node, or of one of its devices.</summary>
internal sealed record CommandTarget(Sparkplug.Topics.EdgeNodeDescriptor EdgeNode, string? DeviceId, string Metric)
{
    /// <summary>For the log.</summary>
    public override string ToString() =>
        DeviceId is null ? $"{EdgeNode.Shown()} {Metric.Shown()}" : $"{EdgeNode.Shown()}/{DeviceId.Shown()} {Metric.Shown()}";
}

/// <summary>One command from its issue to its outcome. Immutable: each input gives the next one.</summary>
internal sealed record Command
{
    /// <summary>The id; travels as the payload's uuid.</summary>
    public required Guid Id { get; init; }

    /// <summary>What it is for.</summary>
    public required CommandTarget Target { get; init; }

    /// <summary>What was commanded.</summary>
    public required MetricValue Value { get; init; }

    /// <summary>By what the outcome will be known.</summary>
    public required CommandProof Proof { get; init; }

    /// <summary>True when the metric had this very value when the command was issued.</summary>
    public bool IsRepeat { get; init; }

    /// <summary>When it was issued.</summary>
    public required Timestamp IssuedAt { get; init; }

    /// <summary>When it times out.</summary>
    public required Timestamp Deadline { get; init; }

    /// <summary>Where it stands.</summary>
    public CommandState State { get; private init; }

    /// <summary>Why it ended as it did, where there is more to say than the state.</summary>
    public string? Reason { get; private init; }

    /// <summary>The value that the edge node reported as the outcome.</summary>
    public MetricValue? Applied { get; private init; }

    /// <summary>When the outcome was known.</summary>
    public Timestamp? EndedAt { get; private init; }

    private MetricValue? LastReported { get; init; }

    private OfflineReason? LastOffline { get; init; }

    /// <summary>True once the outcome is known.</summary>
    public bool IsFinal => State != CommandState.Pending;

    /// <summary>What the command is after this input; itself when nothing changed. The first outcome stands.</summary>
    public Command Step(CommandInput input) => IsFinal ? this : input switch
    {
        CommandInput.Answered answered when Proof == CommandProof.Result => Answer(answered.Result, answered.Now),
        CommandInput.Reported reported when Proof == CommandProof.Value => Report(reported.Value, reported.Now),
        CommandInput.Reborn reborn when Proof == CommandProof.Birth => End(CommandState.Confirmed, null, reborn.Now) with { Applied = Value },
        CommandInput.WentOffline offline => this with { LastOffline = offline.Reason },
        CommandInput.NotSent notSent => End(CommandState.Rejected, notSent.Reason, notSent.Now),
        CommandInput.Newer newer => End(CommandState.Superseded, "a newer command for the same metric took its place", newer.Now),
        CommandInput.Tick tick when tick.Now >= Deadline => End(CommandState.TimedOut, TimeoutReason(), tick.Now),
        _ => this,
    };

    private Command Answer(CommandResult result, Timestamp now) => result.IsApplied
        ? End(CommandState.Confirmed, result.Reason, now) with { Applied = result.Read(Value.Type) }
        : End(CommandState.Rejected, result.Reason ?? "the edge node gave no reason", now) with { Applied = result.Read(Value.Type) };

    // A value that is not the commanded one proves nothing: it may have been under way already.
    private Command Report(MetricValue value, Timestamp now) => value == Value
        ? End(CommandState.Confirmed, null, now) with { Applied = value }
        : this with { LastReported = value };

    private string TimeoutReason()
    {
        if (LastOffline is { } offline) return $"the target went offline ({offline}) before it answered";
        return Proof switch
        {
            CommandProof.Result => "the edge node gave no answer",
            CommandProof.Birth => "no birth came",
            _ when LastReported is { } other => $"the metric was reported as {other} instead",
            _ when IsRepeat => "the metric had this value before; an edge node that reports changes only stays silent then",
            _ => "the metric was not reported again",
        };
    }

    private Command End(CommandState state, string? reason, Timestamp now) => this with { State = state, Reason = reason, EndedAt = now };
}
