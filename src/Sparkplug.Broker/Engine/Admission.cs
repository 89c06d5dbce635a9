using System.Net;
using Microsoft.Extensions.Logging;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using MQTTnet.Server;
using Sparkplug.Broker.Security;

namespace Sparkplug.Broker.Engine;

/// <summary>Lets a client in or refuses it with the reason its version of MQTT knows.</summary>
internal sealed class Admission(Authentication authentication, BrokerMetrics metrics, ILogger<Admission> logger)
{
    public async Task ValidateAsync(ValidatingConnectionEventArgs connect)
    {
        connect.ReasonCode = await DecideAsync(connect);
        if (connect.ReasonCode == MqttConnectReasonCode.Success)
            Accept(connect, (ClientChannel)connect.ChannelAdapter);
        else
            Refuse(connect);
    }

    private async ValueTask<MqttConnectReasonCode> DecideAsync(ValidatingConnectionEventArgs connect)
    {
        var isVersion5 = connect.ProtocolVersion == MqttProtocolVersion.V500;
        if (connect.AuthenticationMethod is not null)
            return MqttConnectReasonCode.BadAuthenticationMethod;
        if (string.IsNullOrEmpty(connect.ClientId) && !isVersion5)
            return MqttConnectReasonCode.ClientIdentifierNotValid; // MQTT-3.1.3-8: a session that stays needs an id
        var remote = (connect.RemoteEndPoint as IPEndPoint)?.Address;
        var verdict = await authentication.DecideAsync(connect.UserName, connect.RawPassword, remote, connect.CancellationToken);
        return verdict switch
        {
            Verdict.Accepted => MqttConnectReasonCode.Success,
            Verdict.WrongCredentials => MqttConnectReasonCode.BadUserNameOrPassword,
            Verdict.Busy => isVersion5 ? MqttConnectReasonCode.ServerBusy : MqttConnectReasonCode.ServerUnavailable,
            _ => MqttConnectReasonCode.NotAuthorized,
        };
    }

    private static void Accept(ValidatingConnectionEventArgs connect, ClientChannel channel)
    {
        if (string.IsNullOrEmpty(connect.ClientId))
            channel.Assign(connect.AssignedClientIdentifier = ClientChannel.NewClientId()); // MQTT-3.1.3-7
        channel.IsAccepted = true;
    }

    private void Refuse(ValidatingConnectionEventArgs connect)
    {
        metrics.ConnectionRefused(connect.ReasonCode.ToString());
        logger.ConnectionRefused(Shown.Text(connect.ClientId), Shown.Text(connect.UserName), connect.RemoteEndPoint, connect.ReasonCode);
    }
}
