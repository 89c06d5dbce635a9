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
        // MQTT-3.1.3-7. Before the decision: without an id MQTTnet would answer every refusal with "client identifier not valid".
        if (string.IsNullOrEmpty(connect.ClientId) && connect.ProtocolVersion == MqttProtocolVersion.V500)
            connect.AssignedClientIdentifier = ClientChannel.NewClientId();
        (connect.ReasonCode, var why) = await DecideAsync(connect);
        if (connect.ReasonCode == MqttConnectReasonCode.Success)
            Accept(connect, (ClientChannel)connect.ChannelAdapter);
        else
            Refuse(connect, why);
    }

    private async ValueTask<(MqttConnectReasonCode Code, string Why)> DecideAsync(ValidatingConnectionEventArgs connect)
    {
        var isVersion5 = connect.ProtocolVersion == MqttProtocolVersion.V500;
        if (connect.AuthenticationMethod is not null)
            return (MqttConnectReasonCode.BadAuthenticationMethod, "it asks for an authentication method, and there is none but user and password");
        if (string.IsNullOrEmpty(connect.ClientId) && !isVersion5)
            return (MqttConnectReasonCode.ClientIdentifierNotValid, "a session that stays needs a client id"); // MQTT-3.1.3-8
        var remote = (connect.RemoteEndPoint as IPEndPoint)?.Address;
        var verdict = await authentication.DecideAsync(connect.UserName, connect.RawPassword, remote, connect.CancellationToken);
        return verdict switch
        {
            Verdict.Accepted => (MqttConnectReasonCode.Success, ""),
            Verdict.WrongCredentials => (MqttConnectReasonCode.BadUserNameOrPassword, "unknown user or wrong password"),
            Verdict.Busy => (isVersion5 ? MqttConnectReasonCode.ServerBusy : MqttConnectReasonCode.ServerUnavailable, "too many passwords wait to be checked"),
            Verdict.AnonymousFromElsewhere => (MqttConnectReasonCode.NotAuthorized, "it has no user name and is not on this machine"),
            _ => (MqttConnectReasonCode.NotAuthorized, "it has no user name, and Broker:AllowAnonymous is off"),
        };
    }

    private static void Accept(ValidatingConnectionEventArgs connect, ClientChannel channel)
    {
        if (string.IsNullOrEmpty(connect.ClientId))
            channel.Assign(connect.AssignedClientIdentifier);
        channel.IsAccepted = true;
    }

    private void Refuse(ValidatingConnectionEventArgs connect, string why)
    {
        metrics.ConnectionRefused(connect.ReasonCode.ToString());
        var clientId = string.IsNullOrEmpty(connect.ClientId) ? "A client without an id" : Shown.Text(connect.ClientId);
        logger.ConnectionRefused(clientId, Shown.User(connect.UserName), connect.RemoteEndPoint, why);
    }
}
