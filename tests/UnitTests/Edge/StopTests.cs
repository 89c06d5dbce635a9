using Sparkplug.Edge;

namespace UnitTests.Edge;

/// <summary>The end for good.</summary>
public class StopTests
{
    private static AnEdge Node => new AnEdge(AnEdge.Host).Found("pump", AnEdge.Number("Flow")).Found("valve", AnEdge.Switch("Open"));

    private static List<string> Stopped(AnEdge edge) => edge.Forget().Step(new EdgeInput.Stop(edge.Now)).Out.Log;

    [Fact, Spec("tck-id-operational-behavior-edge-node-intentional-disconnect-ndeath", "tck-id-payloads-ndeath-will-message-publisher",
        "tck-id-operational-behavior-edge-node-intentional-disconnect-packet")]
    public void Online_every_Device_dies_then_the_node_then_the_connection()
    {
        var edge = Node.Subscribed().State(true, 1);
        Assert.Equal(["DDEATH(pump) 3", "DDEATH(valve) 4", "NDEATH", "disconnect", "-> Stopped"], Stopped(edge));
        Assert.Equal([0, 0, 1], edge.Messages.Select(sent => sent.Qos));
    }

    [Fact, Spec("tck-id-topics-ndeath-seq", "tck-id-payloads-ndeath-bdseq")]
    public void The_NDEATH_has_the_bytes_of_the_Will()
    {
        var edge = Node.Subscribed();
        var will = edge.Out.Connects[0].WillPayload;
        Stopped(edge);
        Assert.Equal(will.ToArray(), edge.Last.Bytes.ToArray());
    }

    [Fact]
    public void Waiting_the_node_dies_alone() => Assert.Equal(["NDEATH", "disconnect", "-> Stopped"], Stopped(Node.Subscribed()));

    [Fact]
    public void Subscribing_the_node_dies_alone() => Assert.Equal(["NDEATH", "disconnect", "-> Stopped"], Stopped(Node.Subscribing()));

    [Fact]
    public void Connecting_the_attempt_is_given_up()
    {
        var edge = Node;
        Assert.Equal(["disconnect", "-> Stopped"], Stopped(edge.Step(new EdgeInput.ConnectDue(edge.Now))));
    }

    [Fact]
    public void Disconnecting_all_is_said_already() => Assert.Equal(["-> Stopped"], Stopped(Node.Subscribed().State(true, 1).State(false, 2)));

    [Fact]
    public void Offline_there_is_nothing_to_say() => Assert.Equal(["-> Stopped"], Stopped(Node));
}
