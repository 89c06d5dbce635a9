using EdgeNode.Devices;
using Sparkplug.Metrics;

namespace EdgeNode.Serial;

/// <summary>What wakes the loop of an open port.</summary>
internal abstract record PortSignal
{
    private PortSignal() { }

    public sealed record Bytes(ReadOnlyMemory<byte> Content, Timestamp At) : PortSignal;

    public sealed record Command(BoardCommand Content, TaskCompletionSource<CommandOutcome> Outcome) : PortSignal;

    public sealed record Lost(string Reason) : PortSignal;

    public sealed record Wake : PortSignal;
}
