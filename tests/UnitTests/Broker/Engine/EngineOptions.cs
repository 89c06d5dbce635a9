using Microsoft.Extensions.Time.Testing;
using Sparkplug.Broker.Packets;
using Sparkplug.Broker.Routing;
using Sparkplug.Broker.Sessions;

namespace UnitTests.Broker.Engine;

/// <summary>What few tests of the engine want otherwise.</summary>
internal sealed record EngineOptions
{
    public FakeTimeProvider? Time { get; init; }

    public OverloadLimits Overload { get; init; } = new();

    public Func<TimeSpan> Delay { get; init; } = () => TimeSpan.Zero;

    public string? Backup { get; init; }

    public SharedSubscriptionPolicy SharedSubscriptions { get; init; }
}

/// <summary>Both versions, for theories.</summary>
internal static class Versions
{
    public static TheoryData<byte> Both => [(byte)ProtocolVersion.V311, (byte)ProtocolVersion.V5];
}
