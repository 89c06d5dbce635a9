using Sparkplug.Host;
using Sparkplug.Mqtt;
using Sparkplug.Topics;
using SystemTests.Support;
using UnitTests;

namespace SystemTests.Broker.Redundancy;

/// <summary>
/// Two brokers that share nothing, 200 edge nodes that have both in their list and are on one at a time, and a primary host that is on
/// both. One broker ends; its edge nodes go to the other, and back when they are asked.
/// </summary>
[Collection(RealClock.Name)]
public sealed class FailoverTests
{
    private const int Nodes = 200;

    [Fact]
    [Spec("tck-id-operational-behavior-primary-application-state-with-multiple-servers-single-server", "tck-id-topics-nbirth-bdseq-increment")]
    public async Task After_kill_9_of_one_broker_its_edge_nodes_are_born_once_on_the_other_and_once_more_when_a_command_sends_them_back()
    {
        await using var first = await BrokerProcess.StartAsync();
        await using var second = await BrokerProcess.StartAsync();
        await using var firstTap = await Tap.ListenAsync(first.Address);
        await using var secondTap = await Tap.ListenAsync(second.Address);
        await using var plant = new Plant(Nodes, number => number % 2 == 0 ? MqttVersion.V5 : MqttVersion.V311, first.Address, second.Address);
        await plant.WaitUntilOnlineOnAsync(0);
        await plant.CountToAsync(1, firstTap);

        await first.KillAsync();
        await plant.WaitUntilOnlineOnAsync(1);
        await plant.CountToAsync(2, secondTap);
        AssertAllWereLost(plant, OfflineReason.ServerLost);

        await first.StartAgainAsync();
        await using var thirdTap = await Tap.ListenAsync(first.Address);
        await plant.WaitUntilHostIsOnlineOnAsync(0);
        Assert.Equal(Nodes, await plant.Host.ReadAsync(fleet => fleet.Nodes.Values.Count(node => node.IsOnline && node.Server == 1), TestContext.Current.CancellationToken));
        await plant.AskForNextServerAsync();
        await plant.WaitUntilOnlineOnAsync(0);
        await plant.CountToAsync(3, thirdTap);

        AssertEachOnce(plant, firstTap, secondTap, thirdTap);
    }

    [Fact]
    [Spec("tck-id-operational-behavior-primary-application-state-with-multiple-servers-single-server")]
    public async Task A_broker_that_is_stopped_tells_the_deaths_of_its_edge_nodes_and_an_operator_sends_them_back()
    {
        await using var first = await BrokerProcess.StartAsync();
        await using var second = await BrokerProcess.StartAsync($"--Broker:Backup={first.Address.Authority}");
        await using var firstTap = await Tap.ListenAsync(first.Address);
        await using var secondTap = await Tap.ListenAsync(second.Address);
        await using var plant = new Plant(Nodes, _ => MqttVersion.V5, first.Address, second.Address);
        await plant.WaitUntilOnlineOnAsync(0);
        await plant.CountToAsync(1, firstTap);

        Assert.Equal(0, await first.TerminateAsync());
        await plant.WaitUntilOnlineOnAsync(1);
        await plant.CountToAsync(2, secondTap);
        AssertAllWereLost(plant, OfflineReason.NDEATH);
        await firstTap.Ended;
        Assert.All(plant.NodeIds, id => Assert.Equal([0], firstTap.BdSeqs(MessageType.NDEATH, id)));

        await first.StartAgainAsync();
        await using var thirdTap = await Tap.ListenAsync(first.Address);
        await plant.WaitUntilHostIsOnlineOnAsync(0);
        foreach (var clientId in plant.ClientIds) await second.SendElsewhereAsync(clientId);
        await plant.WaitUntilOnlineOnAsync(0);
        await plant.CountToAsync(3, thirdTap);

        AssertEachOnce(plant, firstTap, secondTap, thirdTap);
    }

    private static void AssertAllWereLost(Plant plant, OfflineReason reason) =>
        Assert.True(plant.Witness.Died(reason) == Nodes, $"{plant.Witness.Died(reason)} edge nodes were lost by {reason}:\n{plant.Witness}");

    private static void AssertEachOnce(Plant plant, params Tap[] taps)
    {
        Assert.Empty(plant.Witness.Complaints());
        foreach (var id in plant.NodeIds)
        {
            Assert.Equal([0, 1, 0], plant.Witness.Births(id));
            Assert.Equal([1, 2, 3], plant.Witness.Counts(id));
        }
        for (var i = 0; i < taps.Length; i++)
        {
            Assert.Empty(taps[i].Faults);
            Assert.Equal(plant.NodeIds, taps[i].Senders(MessageType.NBIRTH).Order(StringComparer.Ordinal));
            Assert.Equal(plant.NodeIds.Select(id => $"{id}={i + 1}"), taps[i].Counts());
            Assert.All(plant.NodeIds, id => Assert.Equal([0, 1], taps[i].Seqs(id)));
        }
        foreach (var id in plant.NodeIds)
        {
            var bdSeqs = taps.SelectMany(tap => tap.BdSeqs(MessageType.NBIRTH, id)).ToList();
            Assert.True(bdSeqs[0] < bdSeqs[1] && bdSeqs[1] < bdSeqs[2], $"{id}: bdSeq {string.Join(", ", bdSeqs)}");
        }
    }
}
