using Sparkplug.Edge;
using Sparkplug.Metrics;
using Sparkplug.Topics;

namespace UnitTests.Edge;

/// <summary>From ConnectDue to the subscriptions.</summary>
public class ConnectTests
{
    [Fact, Spec("tck-id-topics-nbirth-bdseq-increment", "tck-id-message-flow-edge-node-birth-publish-will-message-payload-bdSeq")]
    public void The_first_start_ever_begins_with_bdSeq_0()
    {
        var edge = new AnEdge().Step(new EdgeInput.ConnectDue(default));
        Assert.Equal(new BdSeq(0), Assert.Single(edge.Out.Connects).BdSeq);
    }

    [Theory, Spec("tck-id-topics-nbirth-bdseq-increment", "tck-id-message-flow-edge-node-birth-publish-will-message-payload-bdSeq")]
    [InlineData(0, 1)]
    [InlineData(41, 42)]
    [InlineData(254, 255)]
    [InlineData(255, 0)]
    public void A_later_run_counts_on_from_the_bdSeq_that_was_kept(byte last, byte next)
    {
        var edge = new AnEdge(AnEdge.Options with { LastBdSeq = new BdSeq(last) }).Step(new EdgeInput.ConnectDue(default));
        Assert.Equal(new BdSeq(next), Assert.Single(edge.Out.Connects).BdSeq);
    }

    [Fact, Spec("tck-id-topics-nbirth-bdseq-increment")]
    public void Every_CONNECT_takes_a_bdSeq_even_when_it_fails()
    {
        var edge = new AnEdge();
        for (var i = 0; i < 300; i++) edge.Step(new EdgeInput.ConnectDue(edge.Now)).Step(new EdgeInput.ConnectFailed(edge.Now));
        Assert.Equal(Enumerable.Range(0, 300).Select(i => (byte)i), edge.Out.Connects.Select(connect => connect.BdSeq.Value));
    }

    [Fact, Spec("tck-id-message-flow-edge-node-birth-publish-will-message-topic", "tck-id-topics-ndeath-topic", "tck-id-topics-ndeath-payload",
        "tck-id-topics-ndeath-seq", "tck-id-payloads-ndeath-seq", "tck-id-payloads-ndeath-will-message",
        "tck-id-message-flow-edge-node-birth-publish-will-message", "tck-id-message-flow-edge-node-birth-publish-will-message-payload")]
    public void The_Will_is_an_NDEATH_with_nothing_but_bdSeq()
    {
        var edge = new AnEdge(AnEdge.Options with { LastBdSeq = new BdSeq(6) }).Step(new EdgeInput.ConnectDue(new Timestamp(1000)));
        var connect = Assert.Single(edge.Out.Connects);
        var will = Recorder.Decode(connect.WillPayload);
        Assert.Equal("spBv1.0/Plant1/NDEATH/Line1", connect.WillTopic);
        Assert.Null(will.Seq);
        var metric = Assert.Single(will.Metrics);
        Assert.Equal(("bdSeq", (ulong?)null, DataType.Int64, MetricValue.Int64(7)), (metric.Name, metric.Alias, metric.DataType, metric.Value));
    }

    [Fact, Spec("tck-id-message-flow-edge-node-ncmd-subscribe", "tck-id-message-flow-device-dcmd-subscribe")]
    public void Commands_of_the_node_and_of_all_its_Devices_are_subscribed_to()
    {
        var edge = new AnEdge().Subscribing();
        Assert.Equal(["spBv1.0/Plant1/NCMD/Line1", "spBv1.0/Plant1/DCMD/Line1/+"], Assert.Single(edge.Out.Subscriptions));
    }

    [Fact, Spec("tck-id-operational-behavior-primary-application-state-with-multiple-servers-state-subs")]
    public void The_primary_host_s_STATE_is_subscribed_to_where_one_is_configured()
    {
        var edge = new AnEdge(primaryHost: "scada1").Subscribing();
        Assert.Equal("spBv1.0/STATE/scada1", Assert.Single(edge.Out.Subscriptions)[2]);
    }

    [Fact, Spec("tck-id-message-flow-edge-node-birth-publish-connect", "tck-id-principles-birth-certificates-order")]
    public void Nothing_is_published_before_the_subscriptions_are_granted()
    {
        var edge = new AnEdge().Found("pump", AnEdge.Number("Flow")).Subscribing().Sampled("pump", "Flow", MetricValue.Double(1));
        Assert.Empty(edge.Messages);
        Assert.Equal(MessageType.NBIRTH, edge.Step(new EdgeInput.Subscribed(edge.Now)).Messages[0].Type);
    }

    [Fact]
    public void A_failed_connection_leads_to_the_next_server_and_around()
    {
        var edge = new AnEdge(servers: 3);
        for (var i = 0; i < 4; i++) edge.Step(new EdgeInput.ConnectDue(edge.Now)).Step(new EdgeInput.ConnectFailed(edge.Now));
        Assert.Equal([0, 1, 2, 0], edge.Out.Connects.Select(connect => connect.ServerIndex));
    }

    [Fact]
    public void A_connection_lost_while_online_is_tried_on_the_same_server_first()
    {
        var edge = new AnEdge(servers: 2).Subscribed();
        edge.Step(new EdgeInput.Disconnected(edge.Now)).Step(new EdgeInput.ConnectDue(edge.Now)).Step(new EdgeInput.ConnectFailed(edge.Now));
        edge.Step(new EdgeInput.ConnectDue(edge.Now));
        Assert.Equal([0, 0, 1], edge.Out.Connects.Select(connect => connect.ServerIndex));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_server_that_sends_its_client_elsewhere_is_left_for_the_next_one_of_the_list(bool isOnline)
    {
        var edge = new AnEdge(isOnline ? null : AnEdge.Host, servers: 2).Subscribed();
        Assert.Equal(isOnline ? EdgePhase.Online : EdgePhase.WaitingForPrimaryHost, edge.Phase);
        edge.Step(new EdgeInput.Disconnected(edge.Now, UseAnotherServer: true)).Step(new EdgeInput.ConnectDue(edge.Now));
        Assert.Equal([(0, 0), (1, 1)], edge.Out.Connects.Select(connect => (connect.ServerIndex, (int)connect.BdSeq.Value)));
    }

    [Fact]
    public void Who_is_leaving_already_is_not_sent_past_the_next_server()
    {
        var edge = new AnEdge(servers: 3).Subscribed();
        edge.Step(new EdgeInput.NextServerRequested(edge.Now)).Step(new EdgeInput.Disconnected(edge.Now, UseAnotherServer: true)).Step(new EdgeInput.ConnectDue(edge.Now));
        Assert.Equal([0, 1], edge.Out.Connects.Select(connect => connect.ServerIndex));
    }

    [Fact]
    public void A_server_that_drops_the_connection_before_it_grants_the_subscriptions_is_left()
    {
        var edge = new AnEdge(servers: 2).Subscribing();
        edge.Step(new EdgeInput.Disconnected(edge.Now)).Step(new EdgeInput.ConnectDue(edge.Now));
        Assert.Equal([0, 1], edge.Out.Connects.Select(connect => connect.ServerIndex));
    }

    [Fact, Spec("tck-id-payloads-ndeath-will-message-publisher-disconnect-mqtt311")]
    public void A_server_that_refuses_a_subscription_is_left_with_an_NDEATH()
    {
        var edge = new AnEdge(servers: 2).Subscribing().Forget();
        edge.Step(new EdgeInput.SubscribeRefused(edge.Now));
        Assert.Equal(["NDEATH", "disconnect", "-> Disconnecting"], edge.Out.Log);
        edge.Step(new EdgeInput.Disconnected(edge.Now)).Step(new EdgeInput.ConnectDue(edge.Now));
        Assert.Equal(1, edge.Out.Connects[0].ServerIndex);
    }

    [Fact, Spec("tck-id-operational-behavior-primary-application-state-with-multiple-servers-single-server")]
    public void A_second_connection_is_never_asked_for()
    {
        var edge = new AnEdge(servers: 2).Subscribed();
        edge.Step(new EdgeInput.ConnectDue(edge.Now));
        Assert.Single(edge.Out.Connects);
        Assert.Equal(EdgeFault.UnexpectedInput, edge.Out.Faults[0].Fault);
    }

    [Fact]
    public void Options_that_cannot_work_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new EdgeSession(AnEdge.Options with { ServerCount = 0 }));
        Assert.Throws<ArgumentException>(() => new EdgeSession(AnEdge.Options with { PrimaryHostId = "a/b" }));
        Assert.Throws<ArgumentException>(() => new EdgeSession(AnEdge.Options with { Metrics = [AnEdge.Number("a"), AnEdge.Number("a")] }));
        Assert.Throws<ArgumentException>(() => new EdgeSession(AnEdge.Options with { Metrics = [AnEdge.Switch(NodeControl.Rebirth)] }));
    }

    [Fact, Spec("tck-id-payloads-template-ref-definition")]
    public void A_Template_definition_that_names_a_Template_is_refused()
    {
        var definition = Motors.Definition with { Value = MetricValue.Template(new Template { IsDefinition = true, TemplateRef = "Pump" }) };
        var refused = Assert.Throws<ArgumentException>(() => new EdgeSession(AnEdge.Options with { Metrics = [definition] }));
        Assert.Contains("'Motor' is a Template definition and names the Template 'Pump'", refused.Message, StringComparison.Ordinal);
    }
}
