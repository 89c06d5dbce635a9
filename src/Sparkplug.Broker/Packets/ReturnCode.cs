namespace Sparkplug.Broker.Packets;

/// <summary>What MQTT 3.1.1 can say of the Reason Codes.</summary>
internal static class ReturnCode
{
    /// <summary>The SUBACK return code of a subscription that failed (3.1.1, 3.9.3).</summary>
    public const byte Failure = 0x80;

    /// <summary>
    /// The Connect Return Code (3.1.1, 3.2.2.3), or null where none applies: then the connection is closed without a CONNACK
    /// (MQTT311-3.2.2-6).
    /// </summary>
    public static byte? ToReturnCode(this ReasonCode reason) => reason switch
    {
        ReasonCode.Success => 0,
        ReasonCode.UnsupportedProtocolVersion => 1,
        ReasonCode.ClientIdentifierNotValid => 2,
        ReasonCode.ServerUnavailable or ReasonCode.ServerBusy or ReasonCode.ServerShuttingDown or ReasonCode.QuotaExceeded
            or ReasonCode.UseAnotherServer or ReasonCode.ServerMoved or ReasonCode.ConnectionRateExceeded => 3,
        ReasonCode.BadUserNameOrPassword or ReasonCode.BadAuthenticationMethod => 4,
        ReasonCode.NotAuthorized or ReasonCode.Banned => 5,
        _ => null,
    };

    /// <summary>The SUBACK return code: the granted QoS, or <see cref="Failure"/>.</summary>
    public static byte ToSubackCode(this ReasonCode reason) => reason <= ReasonCode.GrantedQos2 ? (byte)reason : Failure;
}
