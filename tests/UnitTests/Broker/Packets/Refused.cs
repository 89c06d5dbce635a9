using Sparkplug.Broker.Packets;

namespace UnitTests.Broker.Packets;

/// <summary>Asserts that a packet is a violation, and what is said about it.</summary>
internal static class Refused
{
    /// <summary>The packet must be refused in 3.1.1 and in 5.0 for the same cause.</summary>
    public static void InBoth(Func<ProtocolVersion, byte[]> packet, ReasonCode reason, string what, string clauseOf5, string? clauseOf311 = null)
    {
        In(ProtocolVersion.V311, packet(ProtocolVersion.V311), reason, what, clauseOf311 ?? clauseOf5);
        In(ProtocolVersion.V5, packet(ProtocolVersion.V5), reason, what, clauseOf5);
    }

    /// <summary>The packet must be refused.</summary>
    /// <param name="version">What the client speaks.</param>
    /// <param name="packet">All of its bytes.</param>
    /// <param name="reason">What a 5.0 client is told.</param>
    /// <param name="what">How the message begins: packet and field.</param>
    /// <param name="clause">The clause that the message names.</param>
    public static void In(ProtocolVersion version, byte[] packet, ReasonCode reason, string what, string clause)
    {
        var violation = Assert.Throws<MqttViolation>(() => PacketText.Read(packet, version));
        Assert.StartsWith(what, violation.Message, StringComparison.Ordinal);
        Assert.EndsWith($"({clause})", violation.Message, StringComparison.Ordinal);
        Assert.Equal(reason, violation.Reason);
    }
}
