using Sparkplug.Edge;
using Sparkplug.Payloads;
using Sparkplug.Metrics;

namespace UnitTests.Edge;

/// <summary>Waiting for the primary host, following it, walking over servers.</summary>
public class PrimaryHostTests
{
    private static AnEdge Waiting(int servers = 1) => new AnEdge(AnEdge.Host, servers).Found("pump", AnEdge.Number("Flow")).Online();

    private static AnEdge Reconnected(AnEdge edge) => edge.Step(new EdgeInput.Disconnected(edge.Now)).Subscribed().Forget();

    [Fact, Spec("tck-id-message-flow-edge-node-birth-publish-phid-wait", "tck-id-operational-behavior-edge-node-birth-sequence-wait")]
    public void Without_a_STATE_there_are_no_births()
    {
        var edge = Waiting();
        edge.Sampled("pump", "Flow", MetricValue.Double(1)).RebirthCommanded();
        Assert.Equal(EdgePhase.WaitingForPrimaryHost, edge.Phase);
        Assert.Empty(edge.Messages);
    }

    [Fact, Spec("tck-id-message-flow-edge-node-birth-publish-phid-wait-online", "tck-id-message-flow-edge-node-birth-publish-phid-wait-timestamp")]
    public void The_first_online_STATE_is_valid_whatever_its_time()
    {
        Assert.Equal(["NBIRTH 0", "DBIRTH(pump) 1", "-> Online"], Waiting().State(true, 0).Out.Log);
    }

    [Fact, Spec("tck-id-message-flow-edge-node-birth-publish-phid-wait")]
    public void A_STATE_that_comes_before_the_SUBACK_counts()
    {
        var edge = new AnEdge(AnEdge.Host).Subscribing().State(true, 5).Forget();
        edge.Step(new EdgeInput.Subscribed(edge.Now));
        Assert.Equal(["-> WaitingForPrimaryHost", "NBIRTH 0", "-> Online"], edge.Out.Log);
    }

    [Fact, Spec("tck-id-message-flow-edge-node-birth-publish-phid-wait-id")]
    public void Another_host_s_STATE_changes_nothing()
    {
        var edge = Waiting().State(true, 5, "scada2");
        Assert.Equal(["ignored UnexpectedTopic"], edge.Out.Log);
        Assert.Equal(EdgePhase.Online, edge.State(true, 5).State(false, 9, "scada2").Phase);
    }

    [Fact, Spec("tck-id-message-flow-edge-node-birth-publish-phid-wait-online")]
    public void An_offline_STATE_on_the_only_server_means_waiting_on()
    {
        var edge = Waiting().State(false, 5);
        Assert.Equal(EdgePhase.WaitingForPrimaryHost, edge.Phase);
        Assert.Empty(edge.Out.Log);
        Assert.Equal(EdgePhase.Online, edge.State(true, 5).Phase);
    }

    [Fact, Spec("tck-id-message-flow-edge-node-birth-publish-phid-wait-timestamp")]
    public void An_online_STATE_older_than_the_last_STATE_is_ignored()
    {
        var edge = Waiting().State(false, 5).State(true, 4);
        Assert.Equal(["ignored OutdatedState"], edge.Out.Log);
        Assert.Equal(EdgePhase.WaitingForPrimaryHost, edge.Phase);
    }

    [Fact, Spec("tck-id-message-flow-edge-node-birth-publish-phid-wait-timestamp")]
    public void An_old_retained_online_STATE_after_a_reconnect_is_ignored()
    {
        var edge = Reconnected(Waiting().State(true, 10).State(false, 20)).State(true, 10);
        Assert.Equal(["ignored OutdatedState"], edge.Out.Log);
        Assert.Equal(EdgePhase.Online, edge.State(true, 30).Phase);
    }

    [Theory, Spec("tck-id-message-flow-edge-node-birth-publish-phid-offline", "tck-id-operational-behavior-edge-node-termination-host-offline",
        "tck-id-operational-behavior-edge-node-intentional-disconnect-ndeath", "tck-id-payloads-ndeath-will-message-publisher-disconnect-mqtt311")]
    [InlineData(10)]
    [InlineData(11)]
    public void When_the_host_goes_offline_the_node_dies_with_the_Will_and_leaves(ulong timestamp)
    {
        var edge = new AnEdge(AnEdge.Host).Subscribed().State(true, 10);
        var will = edge.Out.Connects[0].WillPayload;
        edge.Forget().State(false, timestamp);
        Assert.Equal(["NDEATH", "disconnect", "-> Disconnecting"], edge.Out.Log);
        Assert.Equal(will.ToArray(), edge.Last.Bytes.ToArray());
        Assert.Equal(1, edge.Last.Qos);
    }

    [Fact, Spec("tck-id-operational-behavior-edge-node-termination-host-offline-timestamp")]
    public void An_offline_STATE_older_than_the_online_one_is_ignored()
    {
        var edge = Waiting().State(true, 10).Forget().State(false, 9);
        Assert.Equal(["ignored OutdatedState"], edge.Out.Log);
        Assert.Equal(EdgePhase.Online, edge.Phase);
    }

    [Fact]
    public void A_repeated_online_STATE_does_not_repeat_births()
    {
        Assert.Empty(Waiting().State(true, 10).Forget().State(true, 10).State(true, 12).Out.Log);
    }

    [Fact, Spec("tck-id-operational-behavior-edge-node-termination-host-offline-reconnect")]
    public void After_the_host_went_offline_the_next_server_is_tried_with_the_next_bdSeq()
    {
        var edge = Waiting(servers: 2).State(true, 10).State(false, 20).Forget();
        edge.Step(new EdgeInput.Disconnected(edge.Now)).Step(new EdgeInput.ConnectDue(edge.Now));
        Assert.Equal(["-> Offline", "connect 1 bdSeq 1", "-> Connecting"], edge.Out.Log);
    }

    [Fact, Spec("tck-id-operational-behavior-primary-application-state-with-multiple-servers-walk", "tck-id-payloads-ndeath-will-message-publisher-disconnect-mqtt311")]
    public void A_server_on_which_the_host_is_offline_is_left_for_the_next_one()
    {
        var edge = Waiting(servers: 2).State(false, 5);
        Assert.Equal(["NDEATH", "disconnect", "-> Disconnecting"], edge.Out.Log);
        Assert.Equal(EdgePhase.Online, Reconnected(edge).State(true, 1).Phase);
    }

    [Fact, Spec("tck-id-operational-behavior-primary-application-state-with-multiple-servers-walk")]
    public void An_offline_STATE_before_the_SUBACK_leads_to_the_next_server_too()
    {
        var edge = new AnEdge(AnEdge.Host, servers: 2).Subscribing().State(false, 5);
        Assert.Equal(EdgePhase.Subscribing, edge.Phase);
        Assert.Equal(EdgePhase.Disconnecting, edge.Step(new EdgeInput.Subscribed(edge.Now)).Phase);
    }

    [Fact]
    public void A_server_on_which_the_host_is_silent_is_left_when_someone_asks()
    {
        var edge = Waiting(servers: 2);
        edge.Step(new EdgeInput.NextServerRequested(edge.Now));
        Assert.Equal(["NDEATH", "disconnect", "-> Disconnecting"], edge.Out.Log);
        edge.Step(new EdgeInput.Disconnected(edge.Now)).Step(new EdgeInput.ConnectDue(edge.Now));
        Assert.Equal(1, edge.Out.Connects[0].ServerIndex);
    }

    [Fact, Spec("tck-id-message-flow-edge-node-birth-publish-phid-wait-timestamp")]
    public void Each_server_has_its_own_last_STATE()
    {
        var edge = Reconnected(Waiting(servers: 2).State(true, 1000).State(false, 2000));
        Assert.Equal(EdgePhase.Online, edge.State(true, 7).Phase);
        edge = Reconnected(edge.State(false, 8));
        Assert.Equal(EdgePhase.WaitingForPrimaryHost, edge.State(true, 1999).Phase);
        Assert.Equal(EdgePhase.Online, edge.State(true, 2000).Phase);
    }

    [Fact]
    public void What_a_server_said_of_the_host_does_not_outlive_the_connection()
    {
        var edge = Reconnected(Waiting().State(true, 10));
        Assert.Equal(EdgePhase.WaitingForPrimaryHost, edge.Phase);
        Assert.Equal(EdgePhase.Online, edge.State(true, 10).Phase);
    }

    [Theory]
    [InlineData("")]
    [InlineData("OFFLINE")]
    [InlineData("{}")]
    [InlineData("{\"online\":\"false\",\"timestamp\":99}")]
    public void A_STATE_that_is_not_JSON_of_the_right_form_is_ignored(string payload)
    {
        var edge = Waiting().State(true, 10).Forget().Received("spBv1.0/STATE/scada1", System.Text.Encoding.UTF8.GetBytes(payload));
        Assert.Equal(["ignored MalformedState"], edge.Out.Log);
        Assert.Equal(EdgePhase.Online, edge.Phase);
    }

    [Fact]
    public void A_STATE_that_comes_while_disconnecting_is_still_remembered()
    {
        var edge = Reconnected(Waiting().State(true, 10).State(false, 20).State(false, 30)).State(true, 25);
        Assert.Equal(["ignored OutdatedState"], edge.Out.Log);
    }
}
