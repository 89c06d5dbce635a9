using MQTTnet;

namespace SystemTests.Broker.Redundancy;

/// <summary>A host that runs several times behind one shared subscription: each edge node stays on one of them.</summary>
public sealed class ShardedHostTests
{
    private const string Filter = "$share/hosts/spBv1.0/+/+/+/#";
    private const int Nodes = 60, Messages = 5;

    private static readonly string[] Types = ["NBIRTH", "DBIRTH", "NDATA", "DDATA", "NDATA"];

    [Fact]
    public async Task Each_edge_node_stays_in_order_on_one_shard_and_only_those_of_a_shard_that_leaves_move()
    {
        await using var broker = await BrokerFixture.StartAsync();
        await using var plant = await TestClient.ConnectAsync(broker.Tcp);
        await using var first = await ShardAsync(broker, "shard1");
        await using var second = await ShardAsync(broker, "shard2");
        await using var third = await ShardAsync(broker, "shard3");

        await PublishAsync(plant);
        var before = await OwnersAsync(first, second, third);
        Assert.All(new[] { 0, 1, 2 }, shard => Assert.Contains(shard, before.Values));

        await third.Client.UnsubscribeAsync(new MqttClientUnsubscribeOptions { TopicFilters = [Filter] }, TestContext.Current.CancellationToken);
        await PublishAsync(plant);
        var without = await OwnersAsync(first, second, third);
        Assert.DoesNotContain(2, without.Values);
        Assert.All(before.Where(owner => owner.Value != 2), owner => Assert.Equal(owner.Value, without[owner.Key]));

        await third.SubscribeAsync(Filter);
        await PublishAsync(plant);
        Assert.Equal(before, await OwnersAsync(first, second, third));
    }

    private static async Task<TestClient> ShardAsync(BrokerFixture broker, string clientId)
    {
        var shard = await TestClient.ConnectAsync(broker.Tcp, change: options => options.ClientId = clientId);
        var answer = await shard.SubscribeAsync(Filter);
        Assert.Equal(MqttClientSubscribeResultCode.GrantedQoS1, answer.Items.Single().ResultCode);
        return shard;
    }

    /// <summary>The last one is acknowledged, so the broker has had all of them.</summary>
    private static async Task PublishAsync(TestClient plant)
    {
        for (byte message = 0; message < Messages; message++)
            for (var node = 0; node < Nodes; node++)
                await plant.PublishAsync($"spBv1.0/Plant/{Types[message]}/Line{node}{(Types[message][0] == 'D' ? "/Pump" : "")}", [message], qos: (message + 1) % 2);
    }

    /// <summary>Which shard got an edge node's messages: all of them, in order, and nobody else any.</summary>
    private static async Task<SortedDictionary<string, int>> OwnersAsync(params TestClient[] shards)
    {
        var owners = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (var shard = 0; shard < shards.Length; shard++)
        {
            foreach (var heard in (await shards[shard].AllUntilMarkerAsync()).GroupBy(message => message.Topic.Split('/')[3]))
            {
                Assert.True(owners.TryAdd(heard.Key, shard), $"{heard.Key} is on shard {owners[heard.Key]} and on shard {shard}");
                Assert.Equal(Enumerable.Range(0, Messages), heard.Select(message => (int)message.Payload.FirstSpan[0]));
            }
        }

        Assert.Equal(Nodes, owners.Count);
        return owners;
    }
}
