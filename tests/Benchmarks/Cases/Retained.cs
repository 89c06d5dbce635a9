using Benchmarks.Brokers;
using Benchmarks.Generator;

namespace Benchmarks.Cases;

/// <summary>100,000 retained topics: how fast a new subscriber has them all, and how fast one of them is replaced.</summary>
internal sealed class Retained : Case
{
    private const string Subscribe = "ms to subscribe to all", Replace = "us to replace one";
    private const int Topics = 100_000, TopicsOfNode = 100;
    private const int Subscriptions = 5, Replacements = 2000;
    private const int MostInFlight = 2000;

    public override string Name => "retained";

    public override string What => $"{Topics:N0} retained topics: a new host subscribes {Names.Everything} (median of {Subscriptions}); one is replaced, until the host has it (median of {Replacements:N0})";

    public override IReadOnlyList<Target> Targets(bool tls) => [Target.AtMost(Subscribe, 1), Target.AtMost(Replace, 1)];

    public override IReadOnlyList<Figure> Run(BrokerProgram program, Conditions conditions)
    {
        using var broker = BrokerProcess.Start(program, conditions.Tls);
        using var fleet = new Fleet(new FleetPlan { Nodes = 0, Tls = conditions.HasTls }, broker.Port);
        fleet.ConnectHosts();
        var host = fleet.Hosts[0];
        using var publisher = fleet.Connect("publisher", cleanSession: true);

        var load = TimeProvider.System.GetTimestamp();
        Load(publisher, host);
        var loaded = TimeProvider.System.GetElapsedTime(load);
        var replace = MedianOf(Replacements, i => ReplaceOne(publisher, host, i * 37 % Topics));
        var replaceAcknowledged = MedianOf(Replacements, i => ReplaceAcknowledged(publisher, host, i * 37 % Topics));
        var subscribe = MedianOf(Subscriptions, _ => SubscribeToAll(fleet));
        return
        [
            new(Subscribe, subscribe.TotalMilliseconds),
            new(Replace, replace.TotalMicroseconds),
            new("us to replace one, QoS 1, to its PUBACK", replaceAcknowledged.TotalMicroseconds),
            new("ms to publish all once", loaded.TotalMilliseconds),
        ];
    }

    private static string Topic(int number) => $"{Names.Topic("DDATA", number / TopicsOfNode)}/Tag{number % TopicsOfNode:D2}";

    private static byte[] Packet(int number, byte qos) =>
        Packets.PublishOf(new Message(Topic(number), SparkplugPayload.Data(Publication.PayloadSize)), qos, retain: true);

    private static void Load(Client publisher, Client host)
    {
        for (var i = 0; i < Topics; i++)
        {
            publisher.Send(Packet(i, 0));
            if (i - host.Delivered >= MostInFlight)
                AwaitDelivery(host, i - MostInFlight / 2);
        }

        AwaitDelivery(host, Topics);
    }

    private static void AwaitDelivery(Client host, long count) =>
        host.Until(() => Received(host) && host.Delivered >= count, $"{count} messages");

    private static bool Received(Client client)
    {
        client.Receive();
        return true;
    }

    private static TimeSpan ReplaceOne(Client publisher, Client host, int number)
    {
        var packet = Packet(number, 0);
        var wanted = host.Delivered + 1;
        var start = TimeProvider.System.GetTimestamp();
        publisher.Send(packet);
        while (host.Delivered < wanted)
            host.ReceiveOnce();
        return TimeProvider.System.GetElapsedTime(start);
    }

    private static TimeSpan ReplaceAcknowledged(Client publisher, Client host, int number)
    {
        var packet = Packet(number, 1);
        var wanted = publisher.Pubacks + 1;
        var start = TimeProvider.System.GetTimestamp();
        publisher.Send(packet);
        while (publisher.Pubacks < wanted)
            publisher.ReceiveOnce();
        var time = TimeProvider.System.GetElapsedTime(start);
        host.Receive();
        return time;
    }

    private static TimeSpan SubscribeToAll(Fleet fleet)
    {
        using var late = fleet.Connect("late", cleanSession: true);
        var start = TimeProvider.System.GetTimestamp();
        late.Subscribe(0);
        AwaitDelivery(late, Topics);
        return TimeProvider.System.GetElapsedTime(start);
    }

    private static TimeSpan MedianOf(int times, Func<int, TimeSpan> measure) =>
        Enumerable.Range(0, times).Select(measure).Order().ElementAt(times / 2);
}
