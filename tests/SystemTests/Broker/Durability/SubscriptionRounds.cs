using Sparkplug.Broker.Packets;
using UnitTests.Broker;

namespace SystemTests.Broker.Durability;

/// <summary>
/// A session that stays subscribes and unsubscribes until the broker dies. After the next start it gets exactly what its acknowledged
/// packets say; a packet that was on its way may have taken effect or not.
/// </summary>
internal sealed class SubscriptionRounds(int port, ProtocolVersion version, Findings findings)
{
    private const int Filters = 24;
    private const uint SessionSeconds = 3600;

    private readonly State[] _states = new State[Filters];
    private readonly string _clientId = $"subscriptions-{version}";
    private int _next;
    private bool _isKnown;

    private enum State
    {
        Off,
        On,

        /// <summary>Its packet was not acknowledged when the broker died.</summary>
        Unknown,
    }

    private byte[] Connect => ClientPackets.Connect(
        _clientId, version, cleanStart: false, sessionExpiryInterval: version == ProtocolVersion.V5 ? SessionSeconds : null);

    /// <summary>Works until the connection is over.</summary>
    public async Task RunAsync()
    {
        if (await WireClient.TryOpenAsync(port, version, Connect) is not { } client)
            return;
        await using (client)
        {
            if (await client.TryTakeAsync(PacketType.Connack) is null)
                return;
            _isKnown = true;
            while (await ChangeAsync(client, _next++ % Filters))
            {
            }
        }
    }

    /// <summary>Publishes to each filter and looks at what comes back.</summary>
    public async Task CheckAsync()
    {
        var (client, connack) = await WireClient.ConnectAsync(port, version, Connect, TestContext.Current.CancellationToken);
        await using (client)
        {
            if (_isKnown && !connack.SessionPresent)
                findings.Report($"{_clientId}: its session is gone");
            var found = new bool[Filters];
            for (var filter = 0; filter < Filters; filter++)
                client.Send(ClientPackets.Publish(TopicOf(filter), "x", version));
            client.Send(ClientPackets.Pingreq());
            while (await client.NextAsync() is { Type: PacketType.Publish } publish)
                found[int.Parse(publish.Text == "x" ? publish.Topic.Split('/')[^1] : "-1", System.Globalization.CultureInfo.InvariantCulture)] = true;
            for (var filter = 0; filter < Filters; filter++)
                Check(filter, found[filter]);
        }
    }

    private string TopicOf(int filter) => $"{_clientId}/{filter}";

    private void Check(int filter, bool isFound)
    {
        if (_states[filter] != State.Unknown && isFound != (_states[filter] == State.On))
            findings.Report($"{TopicOf(filter)}: a subscription that was acknowledged as {_states[filter]} is {(isFound ? "there" : "gone")}");
        _states[filter] = isFound ? State.On : State.Off;
    }

    private async Task<bool> ChangeAsync(WireClient client, int filter)
    {
        var turnsOn = _states[filter] == State.Off;
        client.Send(turnsOn ? ClientPackets.Subscribe(1, TopicOf(filter), version: version) : ClientPackets.Unsubscribe(1, version, TopicOf(filter)));
        _states[filter] = State.Unknown;
        if (await client.TryTakeAsync(turnsOn ? PacketType.Suback : PacketType.Unsuback) is not { } answer)
            return false;
        if (answer.Reasons.Any(reason => reason != ReasonCode.Success))
            findings.Report($"{TopicOf(filter)}: {answer.Type} 0x{(byte)answer.Reasons[0]:X2}");
        _states[filter] = turnsOn ? State.On : State.Off;
        return true;
    }
}
