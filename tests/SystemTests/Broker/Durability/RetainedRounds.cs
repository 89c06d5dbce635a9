using System.Globalization;
using Sparkplug.Broker.Packets;
using UnitTests.Broker;

namespace SystemTests.Broker.Durability;

/// <summary>
/// Retained messages at QoS 1 on a few topics, replaced and removed until the broker dies. After the next start each topic has what was
/// acknowledged last, or something that was sent after it.
/// </summary>
internal sealed class RetainedRounds(int port, Findings findings)
{
    private const int Topics = 8, RemovedEvery = 5;

    private readonly int[] _sent = new int[Topics], _acknowledged = new int[Topics];
    private int _number;

    /// <summary>Publishes until the connection is over; nothing of it is sent again.</summary>
    public async Task RunAsync(ProtocolVersion version)
    {
        if (await WireClient.TryOpenAsync(port, version, ClientPackets.Connect("retained-writer", version)) is not { } client)
            return;
        await using (client)
        {
            if (await client.TryTakeAsync(PacketType.Connack) is null)
                return;
            while (true)
            {
                var topic = ++_number % Topics;
                _sent[topic] = _number;
                client.Send(ClientPackets.Publish($"retained/{topic}", PayloadOf(_number), version, Qos.AtLeastOnce, 1, retain: true));
                if (await client.TryTakeAsync(PacketType.Puback) is not { } puback)
                    return;
                if (puback.Reason is ReasonCode.Success or ReasonCode.NoMatchingSubscribers)
                    _acknowledged[topic] = _number;
                else
                    findings.Report($"a retained message is refused with 0x{(byte)puback.Reason:X2}");
            }
        }
    }

    /// <summary>Looks at what is retained now; nobody publishes meanwhile.</summary>
    public async Task CheckAsync(ProtocolVersion version)
    {
        var (client, _) = await WireClient.ConnectAsync(port, version, ClientPackets.Connect("retained-reader", version), TestContext.Current.CancellationToken);
        await using (client)
        {
            client.Send([.. ClientPackets.Subscribe(1, "retained/#", Qos.AtMostOnce, version), .. ClientPackets.Pingreq()]);
            await client.TakeAsync(PacketType.Suback);
            var found = new string[Topics];
            while (await client.NextAsync() is { Type: PacketType.Publish } publish)
                found[int.Parse(publish.Topic["retained/".Length..], CultureInfo.InvariantCulture)] = publish.Text;
            for (var topic = 0; topic < Topics; topic++)
                Check(topic, found[topic] ?? "");
        }
    }

    private void Check(int topic, string found)
    {
        if (PayloadOf(_acknowledged[topic]) == found)
            return;
        for (var number = Math.Max(_acknowledged[topic], topic); number <= _sent[topic]; number += Topics)
            if (PayloadOf(number) == found)
                return;
        findings.Report($"retained/{topic} has '{found}', {_acknowledged[topic]} is acknowledged, {_sent[topic]} was sent");
    }

    /// <summary>An empty one removes the message, which is promised as well.</summary>
    private static string PayloadOf(int number) => number % RemovedEvery == 0 ? "" : number.ToString(CultureInfo.InvariantCulture);
}
