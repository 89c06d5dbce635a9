using System.Collections.Concurrent;

namespace SystemTests.Broker.Durability;

/// <summary>The messages of one publisher at one QoS: 1, 2, 3 and so on, all on one topic. The publisher writes, subscribers look.</summary>
internal sealed class MessageStream(string topic)
{
    private readonly ConcurrentDictionary<int, int> _resends = new();

    public string Topic { get; } = topic;

    /// <summary>The number of the last message that was sent.</summary>
    public int Sent { get; set; }

    /// <summary>The number up to which the broker has acknowledged all of them.</summary>
    public int Acknowledged { get; set; }

    /// <summary>A message that was not acknowledged at the kill is about to be sent again.</summary>
    public void SendsAgain(int number) => _resends.AddOrUpdate(number, 1, (_, times) => times + 1);

    /// <summary>How often it was sent again.</summary>
    public int ResendsOf(int number) => _resends.GetValueOrDefault(number);
}
