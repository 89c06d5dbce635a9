using Sparkplug.Broker.Packets;
using UnitTests.Broker;

namespace SystemTests.Broker.Durability;

/// <summary>Sessions that stayed and were ended by a Clean Start: with CONNACK the old one is gone for good (MQTT-3.1.2-4).</summary>
internal sealed class EndedSessions(int port, Findings findings)
{
    private const int MostInARound = 20;
    private const uint SessionSeconds = 3600;

    private readonly List<string> _ended = [];
    private int _count;

    /// <summary>Begins sessions and ends them, until the broker dies.</summary>
    public async Task RunAsync(ProtocolVersion version)
    {
        uint? seconds = version == ProtocolVersion.V5 ? SessionSeconds : null;
        for (var i = 0; i < MostInARound; i++)
        {
            var clientId = $"ended-{++_count}";
            if (!await TryConnectAsync(version, ClientPackets.Connect(clientId, version, cleanStart: false, sessionExpiryInterval: seconds)))
                return;
            if (!await TryConnectAsync(version, ClientPackets.Connect(clientId, version, cleanStart: true)))
                return;
            _ended.Add(clientId);
        }
    }

    /// <summary>Looks whether one of them is back.</summary>
    public async Task CheckAsync()
    {
        foreach (var clientId in _ended)
        {
            var (client, connack) = await WireClient.ConnectAsync(
                port, ProtocolVersion.V5, ClientPackets.Connect(clientId, cleanStart: false), TestContext.Current.CancellationToken);
            await using (client)
                if (connack.SessionPresent)
                    findings.Report($"{clientId}: the session is back that a Clean Start had ended");
        }

        _ended.Clear();
    }

    private async Task<bool> TryConnectAsync(ProtocolVersion version, byte[] connect)
    {
        if (await WireClient.TryOpenAsync(port, version, connect) is not { } client)
            return false;
        await using (client)
            return await client.TryTakeAsync(PacketType.Connack) is not null;
    }
}
