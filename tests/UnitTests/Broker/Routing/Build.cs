using System.Text;
using Sparkplug.Broker.Packets;
using Sparkplug.Broker.Routing;

namespace UnitTests.Broker.Routing;

/// <summary>A subscriber that does nothing.</summary>
internal sealed class Client(string id) : ISubscriber
{
    public bool IsOnline { get; set; } = true;

    public string ClientId => id;

    public override string ToString() => id;
}

/// <summary>Parts of routing with good defaults.</summary>
internal static class Build
{
    public static Topic Topic(string name) => new(Encoding.UTF8.GetBytes(name));

    public static TopicFilter Filter(string text) =>
        TopicFilter.TryParse(text, out var filter, out var fault) ? filter : throw new ArgumentException($"{text}: {fault}");

    public static Subscription Subscription(
        Client client, string filter, Qos qos = Qos.AtMostOnce, bool noLocal = false, bool retainAsPublished = false, uint identifier = 0) => new()
        {
            Subscriber = client,
            Filter = Filter(filter),
            Qos = qos,
            NoLocal = noLocal,
            RetainAsPublished = retainAsPublished,
            Identifier = identifier,
        };

    public static Message Message(string topic, int length = 1, long expiresAt = long.MaxValue) => new()
    {
        Id = 1,
        Topic = Topic(topic),
        Payload = new byte[length],
        Properties = [],
        Qos = Qos.AtMostOnce,
        Retain = true,
        ExpiresAt = expiresAt,
    };
}

/// <summary>Matching in the plainest way there is, to check the others against.</summary>
internal static class NaiveMatcher
{
    public static bool Matches(string filter, string topic)
    {
        var isReserved = topic.StartsWith('$') && (filter.StartsWith('+') || filter.StartsWith('#'));
        return !isReserved && Matches(filter.Split('/'), topic.Split('/'));
    }

    private static bool Matches(string[] filter, string[] topic) => (filter, topic) switch
    {
        (["#"], _) => true,
        ([], []) => true,
        ([], _) or (_, []) => false,
        _ => (filter[0] == "+" || filter[0] == topic[0]) && Matches(filter[1..], topic[1..]),
    };
}
