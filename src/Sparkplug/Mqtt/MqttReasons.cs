using System.Net.Sockets;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace Sparkplug.Mqtt;

/// <summary>Why a connection failed or ended, in words for people.</summary>
internal static class MqttReasons
{
    /// <summary>Why the network, or our own side, gave up.</summary>
    public static string Describe(Exception exception) => exception switch
    {
        MqttFailure failure => failure.Message,
        SocketException socket => Describe(socket),
        IOException { InnerException: SocketException socket } => Describe(socket),
        _ => Words.Bounded(exception.Message),
    };

    /// <summary>Why the server refused the connection; null when it did not.</summary>
    public static string? Refusal(MqttConnAckPacket answer, MqttVersion version)
    {
        if (version == MqttVersion.V311)
            return answer.ReturnCode == MqttConnectReturnCode.ConnectionAccepted ? null : $"refused by the server: {Describe(answer.ReturnCode)}";
        return answer.ReasonCode == MqttConnectReasonCode.Success ? null : $"refused by the server: {Describe(answer.ReasonCode)}{Elsewhere(answer.ServerReference)}{Quote(answer.ReasonString)}";
    }

    /// <summary>Why the server ended the connection.</summary>
    public static string Describe(MqttDisconnectPacket packet) => $"ended by the server: {Spell(packet.ReasonCode.ToString())}{Elsewhere(packet.ServerReference)}{Quote(packet.ReasonString)}";

    /// <summary>Whether the server asks its client to go to another one (MQTT 5, 4.13).</summary>
    public static bool SendsElsewhere(MqttDisconnectReasonCode code) =>
        code is MqttDisconnectReasonCode.UseAnotherServer or MqttDisconnectReasonCode.ServerMoved;

    /// <summary>Why a SUBSCRIBE was not granted in full; null when it was.</summary>
    public static string? Refusal(MqttSubscribePacket asked, MqttSubAckPacket answer)
    {
        if (answer.ReasonCodes.Count != asked.TopicFilters.Count)
            return $"SUBACK answers {answer.ReasonCodes.Count} filters of {asked.TopicFilters.Count}";
        var refused = asked.TopicFilters.Zip(answer.ReasonCodes).Where(pair => pair.Second > MqttSubscribeReasonCode.GrantedQoS2)
            .Select(pair => $"{pair.First.Topic} ({Spell(pair.Second.ToString())})").ToArray();
        return refused.Length == 0 ? null : $"the server refused to subscribe to {string.Join(", ", refused)}{Quote(answer.ReasonString)}";
    }

    /// <summary>Why the server did not take a PUBLISH of QoS 1; null when it did.</summary>
    public static string? Refusal(MqttPublishPacket sent, MqttPubAckPacket answer) =>
        answer.ReasonCode is MqttPubAckReasonCode.Success or MqttPubAckReasonCode.NoMatchingSubscribers
            ? null
            : $"the server refused a message to {sent.Topic}: {Spell(answer.ReasonCode.ToString())}{Quote(answer.ReasonString)}";

    private static string Describe(SocketException exception) => exception.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "host name cannot be resolved",
        SocketError.ConnectionReset or SocketError.ConnectionAborted => "connection reset",
        SocketError.TimedOut => "connection timed out",
        SocketError.NetworkUnreachable or SocketError.HostUnreachable => "host cannot be reached",
        _ => Words.Bounded(exception.Message),
    };

    private static string Describe(MqttConnectReturnCode code) => code switch
    {
        MqttConnectReturnCode.ConnectionRefusedUnacceptableProtocolVersion => "it does not speak this MQTT version",
        MqttConnectReturnCode.ConnectionRefusedIdentifierRejected => "client id rejected",
        MqttConnectReturnCode.ConnectionRefusedServerUnavailable => "service unavailable",
        MqttConnectReturnCode.ConnectionRefusedBadUsernameOrPassword => "bad user name or password",
        MqttConnectReturnCode.ConnectionRefusedNotAuthorized => "not authorized",
        _ => $"return code {(int)code}",
    };

    private static string Describe(MqttConnectReasonCode code) => code switch
    {
        MqttConnectReasonCode.UnsupportedProtocolVersion => "it does not speak this MQTT version",
        MqttConnectReasonCode.BadUserNameOrPassword => "bad user name or password",
        _ => Spell(code.ToString()),
    };

    // "KeepAliveTimeout" -> "keep alive timeout"; a number without a name stays one.
    private static string Spell(string name) =>
        string.Concat(name.Select((letter, i) => char.IsUpper(letter) ? $"{(i == 0 ? "" : " ")}{char.ToLowerInvariant(letter)}" : letter.ToString()));

    // Told and not followed: whoever has a list of servers goes to those alone.
    private static string Elsewhere(string? serverReference) =>
        string.IsNullOrEmpty(serverReference) ? "" : $", it names {Words.Bounded(serverReference)}";

    private static string Quote(string? text) => string.IsNullOrEmpty(text) ? "" : $" (\"{Words.Bounded(text)}\")";
}
