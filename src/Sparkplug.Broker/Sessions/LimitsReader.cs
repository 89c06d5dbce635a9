using Sparkplug.Broker.Routing;
using Sparkplug.Configuration;

namespace Sparkplug.Broker.Sessions;

/// <summary>Reads the keys below <c>Broker:Limits</c> and <c>Broker:Overload</c>; what is not set has its default.</summary>
internal static class LimitsReader
{
    /// <summary>Below what MQTT can frame: a message that is forwarded may have more properties than it came with.</summary>
    private const int MaximumPacketSize = 256_000_000;

    /// <summary>With the largest packet behind it, the buffer of one client still doubles within what an array can have.</summary>
    private const int MaximumQueueBytes = 1 << 29;

    private const int LongestServerReference = 512;

    private static readonly TimeSpan LongestSession = TimeSpan.FromDays(49_000);

    public static BrokerLimits Limits(Settings settings)
    {
        var missing = new BrokerLimits();
        return new BrokerLimits
        {
            Connections = (int)settings.Number("Limits:Connections", missing.Connections, 1, 1_000_000),
            ConnectionsPerAddress = (int)settings.Number("Limits:ConnectionsPerAddress", missing.ConnectionsPerAddress, 1, 1_000_000),
            ConnectTime = settings.Duration("Limits:ConnectTime", missing.ConnectTime, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)),
            PacketSize = (int)settings.Number("Limits:PacketSize", missing.PacketSize, 1024, MaximumPacketSize),
            SubscriptionsPerClient = (int)settings.Number("Limits:SubscriptionsPerClient", missing.SubscriptionsPerClient, 1, 1_000_000),
            QueueBytes = (int)settings.Number("Limits:QueueBytes", missing.QueueBytes, 64 << 10, MaximumQueueBytes),
            Inflight = (ushort)settings.Number("Limits:Inflight", missing.Inflight, 1, ushort.MaxValue),
            ReceiveMaximum = (ushort)settings.Number("Limits:ReceiveMaximum", missing.ReceiveMaximum, 1, ushort.MaxValue),
            PublishRate = (int)settings.Number("Limits:PublishRate", missing.PublishRate, 0, 10_000_000),
            TopicAliases = (ushort)settings.Number("Limits:TopicAliases", missing.TopicAliases, 0, ushort.MaxValue),
            Sessions = (int)settings.Number("Limits:Sessions", missing.Sessions, 1, 10_000_000),
            SessionExpiry = settings.Duration("Limits:SessionExpiry", missing.SessionExpiry, TimeSpan.FromSeconds(1), LongestSession),
            KeepAlive = settings.Duration("Limits:KeepAlive", missing.KeepAlive, TimeSpan.Zero, TimeSpan.FromSeconds(ushort.MaxValue)),
            RetainedBytes = settings.Number("Limits:RetainedBytes", missing.RetainedBytes, 1 << 20, 1L << 40),
        };
    }

    public static OverloadLimits Overload(Settings settings)
    {
        var missing = new OverloadLimits();
        return new OverloadLimits
        {
            Connections = (int)settings.Number("Overload:Connections", missing.Connections, 0, 1_000_000),
            Memory = settings.Number("Overload:Memory", missing.Memory, 0, 1L << 50),
            Delay = settings.Duration("Overload:Delay", missing.Delay, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1)),
        };
    }

    public static SharedSubscriptionPolicy SharedSubscriptions(Settings settings) => settings.Parsed("SharedSubscriptions", Policy);

    public static string? Backup(Settings settings) => settings.Parsed("Backup", ServerReference);

    /// <summary>It goes to clients as it is: names with or without ports, a space between two (MQTT 5, 4.11).</summary>
    private static string ServerReference(string text) =>
        text.Length <= LongestServerReference && text.All(character => character is >= ' ' and < '\x7F') && text.Trim() == text
            ? text
            : throw new FormatException($"must be host:port, or several with a space between, of at most {LongestServerReference} characters");

    private static SharedSubscriptionPolicy Policy(string text) =>
        Enum.TryParse<SharedSubscriptionPolicy>(text, ignoreCase: false, out var policy) && Enum.IsDefined(policy)
            ? policy
            : throw new FormatException($"must be one of {string.Join(", ", Enum.GetNames<SharedSubscriptionPolicy>())}");
}
