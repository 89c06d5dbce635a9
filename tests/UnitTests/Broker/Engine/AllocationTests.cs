using Sparkplug.Broker.Packets;

namespace UnitTests.Broker.Engine;

/// <summary>The way of a QoS 0 message costs the garbage collector nothing.</summary>
public sealed class AllocationTests : IDisposable
{
    private const int Messages = 10_000;

    private readonly EngineHarness _broker = new();

    public void Dispose() => _broker.Dispose();

    [Theory]
    [InlineData(4, 1)]
    [InlineData(4, 10)]
    [InlineData(5, 1)]
    [InlineData(5, 10)]
    public void A_QoS_0_message_is_published_and_delivered_without_an_allocation(byte version, int subscribers)
    {
        var v = (ProtocolVersion)version;
        var connections = Enumerable.Range(0, subscribers).Select(i => _broker.Connect($"s{i}", v).Subscribe("spBv1.0/#").Connection).ToArray();
        var publisher = _broker.Connect("p", v).Connection;
        foreach (var connection in connections)
            connection.OnlyCounts = true;
        byte[][] packets = [.. Enumerable.Range(0, 4).Select(i => ClientPackets.Publish($"spBv1.0/G/NDATA/N{i}", new byte[256], v))];
        foreach (var packet in packets)
            publisher.Input(packet);
        Assert.Equal(0, Allocations.LeastOf(Publish, enough: 0));

        long Publish()
        {
            var sent = connections[0].SentCount;
            var allocated = Allocations.Of(() =>
            {
                for (var i = 0; i < Messages; i++)
                    publisher.Input(packets[i % packets.Length]);
            });
            Assert.True(connections[0].SentCount - sent >= Messages * 256L);
            return allocated;
        }
    }
}
