using Sparkplug.Broker.Administration;
using Sparkplug.Broker.Packets;

namespace UnitTests.Broker.Administration;

public sealed class FigureWatchTests : IDisposable
{
    private readonly AnEngine _bench = new();

    public FigureWatchTests() => new FigureWatch(_bench.Engine).Begin();

    private BrokerFigures Figures => _bench.Engine.Metrics.Figures;

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void It_looks_once_a_second()
    {
        var client = _bench.Connect("sensor", sessionExpiryInterval: 600);
        client.Send(ClientPackets.Subscribe(1, "temp", Qos.AtLeastOnce));
        client.Send(ClientPackets.Publish("temp", "21", qos: Qos.AtLeastOnce, packetId: 1, retain: true));
        _bench.Pass(TimeSpan.FromMilliseconds(999));
        Assert.Equal(0, Figures.Connections);
        _bench.Pass(TimeSpan.FromMilliseconds(1));
        Assert.Equal((1, 1, 1, 1, 1, 1L, true), (Figures.Connections, Figures.Connected, Figures.Sessions, Figures.Subscriptions, Figures.Retained, Figures.Queued, Figures.IsStoreAccepting));
        client.Owner!.Ended(Sparkplug.Broker.Connections.ConnectionEnd.ByPeer);
        _bench.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal((0, 0, 1, 1), (Figures.Connections, Figures.Connected, Figures.Sessions, Figures.Subscriptions));
    }

    [Fact]
    public void It_tells_how_late_the_loop_was()
    {
        _bench.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.Zero, Figures.LoopDelay);
        _bench.Pass(TimeSpan.FromMilliseconds(1250));
        Assert.Equal(TimeSpan.FromMilliseconds(250), Figures.LoopDelay);
        _bench.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.Zero, Figures.LoopDelay);
    }
}
