using Sparkplug.Metrics;
using Sparkplug.Payloads;
using Sparkplug.Topics;

namespace Sparkplug.Host;

/// <summary>What can happen to an Edge Node in the eyes of a host.</summary>
public abstract record NodeInput
{
    private NodeInput(Timestamp now) => Now = now;

    /// <summary>The host's own time of it.</summary>
    public Timestamp Now { get; }

    /// <summary>A message of the node or of one of its devices arrived.</summary>
    /// <param name="Server">The server that it came from, from 0.</param>
    /// <param name="Type">NBIRTH, NDEATH, NDATA, DBIRTH, DDEATH or DDATA.</param>
    /// <param name="DeviceId">The device, for the device types; else null.</param>
    /// <param name="Payload">The decoded payload.</param>
    /// <param name="Now">The host's own time of receipt.</param>
    public sealed record Received(int Server, MessageType Type, string? DeviceId, Payload Payload, Timestamp Now) : NodeInput(Now)
    {
        /// <summary>The payload's bytes on the wire; counts against <see cref="NodeStateOptions.ReorderByteCapacity"/> while the message waits.</summary>
        public int Size { get; init; }
    }

    /// <summary>A message arrived whose payload could not be decoded.</summary>
    public sealed record Malformed(int Server, MessageType Type, string? DeviceId, PayloadFault Fault, Timestamp Now) : NodeInput(Now);

    /// <summary>The host's own connection to a server is gone: what was known through it is STALE (5.3, step 4).</summary>
    public sealed record ServerLost(int Server, Timestamp Now) : NodeInput(Now);

    /// <summary>The host's connection to a server is back: its nodes' births may have been missed.</summary>
    public sealed record ServerBack(int Server, Timestamp Now) : NodeInput(Now);

    /// <summary>A person or program asks for a rebirth; not limited.</summary>
    public sealed record RebirthWanted(Timestamp Now) : NodeInput(Now);

    /// <summary>Time has passed; due no later than <see cref="NodeState.NextTick"/>.</summary>
    public sealed record Tick(Timestamp Now) : NodeInput(Now);
}
