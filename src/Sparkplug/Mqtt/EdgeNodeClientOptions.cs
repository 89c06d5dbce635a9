using Sparkplug.Edge;

namespace Sparkplug.Mqtt;

/// <summary>What an <see cref="EdgeNodeClient"/> is and where it connects.</summary>
public sealed record EdgeNodeClientOptions
{
    /// <summary>The Edge Node. ServerCount and LastBdSeq are filled in by the client.</summary>
    public required EdgeSessionOptions Session { get; init; }

    /// <summary>The MQTT Servers, <c>mqtt://</c> or <c>mqtts://</c>, in the order in which they are walked through; at least one.</summary>
    public required IReadOnlyList<Uri> Servers { get; init; }

    /// <summary>The connection.</summary>
    public required MqttLinkOptions Link { get; init; }

    /// <summary>The file that keeps the bdSeq over restarts; null to begin at 0 with each start.</summary>
    public string? BdSeqFile { get; init; }

    /// <summary>Most inputs that wait; whoever posts one more waits too.</summary>
    public int InboxCapacity { get; init; } = 10_000;

    /// <summary>Most commands that wait to be read; more are dropped and counted.</summary>
    public int CommandCapacity { get; init; } = 1_000;

    /// <summary>Longest time for deaths and DISCONNECT at the end.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
