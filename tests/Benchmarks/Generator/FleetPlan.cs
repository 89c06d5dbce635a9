namespace Benchmarks.Generator;

/// <summary>Who connects, and how.</summary>
internal sealed record FleetPlan
{
    public required int Nodes { get; init; }

    public int Hosts { get; init; } = 1;

    /// <summary>The QoS of the hosts' subscriptions.</summary>
    public byte HostQos { get; init; }

    /// <summary>The hosts' sessions outlive their connections.</summary>
    public bool HostIsDurable { get; init; }

    /// <summary>What each node publishes as soon as it has subscribed.</summary>
    public bool PublishesBirth { get; init; }

    /// <summary>How many nodes may be on their way at once; a storm has no limit.</summary>
    public int AtOnce { get; init; } = 64;

    /// <summary>How long all of them may take.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>A node that is turned away comes again a second later; otherwise the case has failed.</summary>
    public bool Retries { get; init; }

    public bool Tls { get; init; }

    /// <summary>What node n signs in with; null: nothing.</summary>
    public Func<int, Credentials>? Credentials { get; init; }

    /// <summary>What the hosts sign in with.</summary>
    public Credentials? HostCredentials { get; init; }
}

/// <summary>The names of the fleet: all of one length, so that a packet is made once and only digits change in it.</summary>
internal static class Names
{
    public const string Group = "Plant", NodePrefix = "Line", Everything = "spBv1.0/#";

    public const int Digits = 5;

    public static string Node(int number) => $"{NodePrefix}{number:D5}";

    public static string Topic(string kind, int node) => $"spBv1.0/{Group}/{kind}/{Node(node)}";

    /// <summary>The number in a topic of <see cref="Topic"/> within a PUBLISH.</summary>
    public static int NodeIn(ReadOnlySpan<byte> publish)
    {
        var topic = publish[Packets.TopicOffset(publish)..Packets.TopicEnd(publish)];
        var digits = topic.IndexOf("/Line"u8) + 5;
        return int.Parse(topic.Slice(digits, Digits), System.Globalization.NumberStyles.None);
    }
}
