using Sparkplug.Edge;
using Sparkplug.Metrics;
using Sparkplug.Payloads;
using Sparkplug.Topics;

namespace UnitTests.Edge;

/// <summary>A message as it left the session.</summary>
public sealed record Sent(SparkplugTopic Topic, Payload Payload, ReadOnlyMemory<byte> Bytes, int Qos)
{
    public MessageType Type => Topic.Type;

    public string? DeviceId => (Topic as SparkplugTopic.Device)?.DeviceId;

    public Metric this[string name] => Payload.Metrics.Single(metric => metric.Name == name);

    /// <summary><c>DBIRTH(pump) 1</c>, with the seq where there is one.</summary>
    public override string ToString() => $"{Type}{(DeviceId is null ? "" : $"({DeviceId})")}{(Payload.Seq is { } seq ? $" {seq}" : "")}";
}

/// <summary>Writes down all outputs of a session, in order and by kind.</summary>
public sealed class Recorder : IEdgeOutputs
{
    public List<string> Log { get; } = [];

    public List<Sent> Messages { get; } = [];

    public List<EdgeConnect> Connects { get; } = [];

    public List<IReadOnlyList<string>> Subscriptions { get; } = [];

    public List<EdgeCommand> Commands { get; } = [];

    public List<EdgeRefusal> Refusals { get; } = [];

    public List<(EdgeFault Fault, string Detail)> Faults { get; } = [];

    public List<EdgePhase> Phases { get; } = [];

    public void Connect(EdgeConnect connect)
    {
        Connects.Add(connect);
        Log.Add($"connect {connect.ServerIndex} bdSeq {connect.BdSeq}");
    }

    public void Subscribe(IReadOnlyList<string> filters)
    {
        Subscriptions.Add(filters);
        Log.Add("subscribe");
    }

    public void Publish(string topic, ReadOnlyMemory<byte> payload, int qos)
    {
        var sent = new Sent(SparkplugTopic.Parse(topic), Decode(payload), payload, qos);
        Messages.Add(sent);
        Log.Add(sent.ToString());
    }

    public void Disconnect() => Log.Add("disconnect");

    public void Command(EdgeCommand command)
    {
        Commands.Add(command);
        Log.Add($"command {command.Metric} = {command.Value}");
    }

    public void Refused(EdgeRefusal refusal) => Refusals.Add(refusal);

    public void PhaseChanged(EdgePhase phase, string why)
    {
        Phases.Add(phase);
        Log.Add($"-> {phase}");
    }

    public void Ignored(EdgeFault fault, string detail)
    {
        Faults.Add((fault, detail));
        Log.Add($"ignored {fault}");
    }

    public static Payload Decode(ReadOnlyMemory<byte> bytes)
    {
        Assert.True(PayloadCodec.TryDecode(bytes.Span, PayloadLimits.Default, out var payload, out var fault), fault.ToString());
        Assert.Empty(payload.Faults);
        return payload;
    }
}
