using Sparkplug.Broker.Packets;

namespace SystemTests.Broker.Durability;

/// <summary>The rules that the kill test judges by find each way to break them, and allow what the standard allows.</summary>
public sealed class DeliveryRulesTests
{
    private readonly List<string> _reports = [];
    private readonly MessageStream _stream = new("load/p/1"), _another = new("load/p/2");
    private readonly DeliveryRules _rules;

    public DeliveryRulesTests()
    {
        _rules = new DeliveryRules(_reports.Add);
        _rules.Connected();
    }

    [Fact]
    public void A_first_delivery_in_order_is_right_on_any_connection()
    {
        Receive(1, packetId: 1);
        Receive(2, packetId: 2);
        _rules.Received(_another, 1, Qos.ExactlyOnce, 3, dup: false);
        _rules.Released(1);
        _rules.Connected();
        Receive(2, packetId: 2, dup: true);
        _rules.Received(_another, 1, Qos.ExactlyOnce, 3, dup: true);
        Receive(3, packetId: 1, dup: true); // it had its identifier, the broker cannot know whether it was sent
        Assert.Empty(_reports);
        Assert.Equal((3, 1, 3), (_rules.LastOf(_stream), _rules.LastOf(_another), _rules.HeldCount));
    }

    [Fact]
    public void A_PUBACK_that_the_broker_did_not_hear_excuses_the_same_packet_with_DUP_on_another_connection()
    {
        Receive(1, packetId: 7);
        _rules.Released(7);
        _rules.Connected();
        Receive(1, packetId: 7, dup: true);
        Assert.Empty(_reports);
        _rules.Released(7);
        Receive(1, packetId: 7, dup: true);
        Assert.Single(_reports);
    }

    [Fact]
    public void What_comes_again_although_it_was_acknowledged_keeps_its_place_over_any_number_of_kills()
    {
        Receive(1, packetId: 7);
        _rules.Received(_another, 1, Qos.ExactlyOnce, 8, dup: false);
        _rules.Released(7);
        for (var kill = 0; kill < 3; kill++)
        {
            _rules.Connected();
            Receive(1, packetId: 7, dup: true);
            _rules.Received(_another, 1, Qos.ExactlyOnce, 8, dup: true);
            Assert.Empty(_reports);
        }

        _rules.Released(7);
        _rules.Connected();
        _rules.Received(_another, 1, Qos.ExactlyOnce, 8, dup: true);
        Receive(1, packetId: 7, dup: true);
        Assert.Contains("after what came later", Assert.Single(_reports), StringComparison.Ordinal);
    }

    [Fact]
    public void A_copy_without_DUP_is_right_once_for_each_time_that_the_publisher_sent_again()
    {
        Receive(1, packetId: 1);
        Receive(2, packetId: 2);
        _stream.SendsAgain(1);
        Receive(1, packetId: 3);
        Assert.Empty(_reports);
        Receive(1, packetId: 4);
        Assert.Contains("copy 3 of 1", Assert.Single(_reports), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gap", "2 are lost")]
    [InlineData("copy", "copy 2 of 1")]
    [InlineData("twice", "twice at QoS 2")]
    [InlineData("no DUP", "without DUP")]
    [InlineData("other", "carries 2 of load/p/1 while 1")]
    [InlineData("same connection", "on the same connection")]
    [InlineData("order", "after what came later")]
    [InlineData("early DUP", "nothing was sent before")]
    public void Each_fault_is_told(string fault, string told)
    {
        if (fault != "early DUP")
            Receive(1, packetId: 1);
        switch (fault)
        {
            case "gap":
                Receive(4, packetId: 2);
                break;
            case "copy":
                Receive(1, packetId: 2);
                break;
            case "twice":
                _rules.Received(_another, 1, Qos.ExactlyOnce, 2, dup: false);
                _rules.Released(2);
                _rules.Connected();
                _rules.Received(_another, 1, Qos.ExactlyOnce, 2, dup: true);
                break;
            case "no DUP":
                _rules.Connected();
                Receive(1, packetId: 1);
                break;
            case "other":
                _rules.Connected();
                Receive(2, packetId: 1, dup: true);
                break;
            case "same connection":
                Receive(1, packetId: 1, dup: true);
                break;
            case "order":
                Receive(2, packetId: 2);
                _rules.Connected();
                Receive(2, packetId: 2, dup: true);
                Receive(1, packetId: 1, dup: true);
                break;
            case "early DUP":
                Receive(1, packetId: 1, dup: true);
                break;
        }

        Assert.Contains(told, Assert.Single(_reports), StringComparison.Ordinal);
    }

    private void Receive(int number, ushort packetId, bool dup = false) => _rules.Received(_stream, number, Qos.AtLeastOnce, packetId, dup);
}
