using System.Net;
using System.Security.Cryptography.X509Certificates;
using MQTTnet.Adapter;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace Sparkplug.Broker.Engine;

/// <summary>
/// Stands between MQTTnet and one client's packets, where MQTTnet is not what the standard asks: it takes the Will out of CONNECT
/// (see <see cref="Will"/>), names clients without an id, and tells clients the limits.
/// </summary>
internal sealed class ClientChannel(IMqttChannelAdapter inner) : IMqttChannelAdapter
{
    /// <summary>Topic aliases a client may hold: each keeps a topic of up to 64 KiB in memory.</summary>
    private const ushort MaximumTopicAliases = 64;

    /// <summary>The client's Will; null when it has none, or when it said goodbye.</summary>
    public Will? Will { get; private set; }

    /// <summary>Set once the client has been let in: only then its Will counts.</summary>
    public bool IsAccepted { get; set; }

    public string ClientId { get; private set; } = "";

    public string? UserName { get; private set; }

    public long BytesReceived => inner.BytesReceived;

    public long BytesSent => inner.BytesSent;

    public X509Certificate2 ClientCertificate => inner.ClientCertificate;

    public EndPoint RemoteEndPoint => inner.RemoteEndPoint;

    public EndPoint LocalEndPoint => inner.LocalEndPoint;

    public bool IsSecureConnection => inner.IsSecureConnection;

    public MqttPacketFormatterAdapter PacketFormatterAdapter => inner.PacketFormatterAdapter;

    public Task ConnectAsync(CancellationToken cancellationToken) => inner.ConnectAsync(cancellationToken);

    public Task DisconnectAsync(CancellationToken cancellationToken) => inner.DisconnectAsync(cancellationToken);

    public void ResetStatistics() => inner.ResetStatistics();

    public void Dispose() => inner.Dispose();

    public async Task<MqttPacket> ReceivePacketAsync(CancellationToken cancellationToken)
    {
        var packet = await inner.ReceivePacketAsync(cancellationToken);
        switch (packet)
        {
            case MqttConnectPacket connect:
                Take(connect);
                break;
            // MQTT-3.14.4-3, and 3.14.2.1: reason 0x04 asks for the Will, so the packet is the end of the connection and no goodbye.
            case MqttDisconnectPacket { ReasonCode: MqttDisconnectReasonCode.DisconnectWithWillMessage }:
                return null!;
            case MqttDisconnectPacket:
                Will = null;
                break;
            case MqttPublishPacket { TopicAlias: > MaximumTopicAliases } publish:
                throw new MqttProtocolViolationException($"Topic alias {publish.TopicAlias} is above {MaximumTopicAliases} [MQTT-3.3.2-9].");
        }

        return packet;
    }

    public Task SendPacketAsync(MqttPacket packet, CancellationToken cancellationToken)
    {
        if (packet is MqttConnAckPacket connAck)
        {
            connAck.MaximumPacketSize = PacketLimit.DefaultOthers;
            connAck.TopicAliasMaximum = MaximumTopicAliases;
        }

        return inner.SendPacketAsync(packet, cancellationToken);
    }

    private void Take(MqttConnectPacket connect)
    {
        if (connect.ClientId is null or "" && connect.CleanSession && PacketFormatterAdapter.ProtocolVersion != MqttProtocolVersion.V500)
            connect.ClientId = NewClientId(); // MQTT-3.1.3-6; with MQTT 5 the client is told its id, see Admission
        ClientId = connect.ClientId ?? "";
        UserName = connect.Username;
        Will = Will.TakeFrom(connect);
    }

    /// <summary>The id of a client that has none of its own.</summary>
    public static string NewClientId() => $"auto-{Guid.NewGuid():N}";

    /// <summary>Notes the id that an MQTT 5 client was given.</summary>
    public void Assign(string clientId) => ClientId = clientId;
}
