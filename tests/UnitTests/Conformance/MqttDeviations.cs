namespace UnitTests.Conformance;

/// <summary>Where the broker keeps an MQTT clause without a test, or keeps none because it has a reason.</summary>
internal static class MqttDeviations
{
    private const string NoReasonString = "the broker sends none in this packet";
    private const string NoUserProperty = "the broker sends no user properties of its own";
    private const string NoAuth = "the broker refuses enhanced authentication, so it sends no AUTH";
    private const string AllQos = "the broker supports every QoS and retained messages";

    /// <summary>What a reader of the standards would ask about.</summary>
    public static IReadOnlyList<(string What, string Why)> Choices { get; } = [];

    /// <summary>Clauses that no test can name, by id, and why.</summary>
    public static IReadOnlyDictionary<string, string> WithoutTest { get; } = new Dictionary<string, string>
    {
        ["MQTT-3.2.2-9"] = AllQos,
        ["MQTT-3.2.2-10"] = AllQos,
        ["MQTT-3.2.2-12"] = AllQos,
        ["MQTT-3.2.2-13"] = AllQos,
        ["MQTT311-3.8.3-2"] = "the broker supports wildcards",
        ["MQTT-3.2.2-20"] = NoUserProperty,
        ["MQTT-3.4.2-2"] = NoReasonString,
        ["MQTT-3.4.2-3"] = NoUserProperty,
        ["MQTT-3.5.2-2"] = NoReasonString,
        ["MQTT-3.5.2-3"] = NoUserProperty,
        ["MQTT-3.6.2-2"] = NoReasonString,
        ["MQTT-3.6.2-3"] = NoUserProperty,
        ["MQTT-3.7.2-2"] = NoReasonString,
        ["MQTT-3.7.2-3"] = NoUserProperty,
        ["MQTT-3.9.2-1"] = NoReasonString,
        ["MQTT-3.9.2-2"] = NoUserProperty,
        ["MQTT-3.11.2-1"] = NoReasonString,
        ["MQTT-3.11.2-2"] = NoUserProperty,
        ["MQTT-3.14.2-4"] = NoUserProperty,
        ["MQTT-3.15.2-1"] = NoAuth,
        ["MQTT-3.15.2-2"] = NoAuth,
        ["MQTT-3.15.2-3"] = NoAuth,
        ["MQTT-4.12.0-2"] = NoAuth,
        ["MQTT-4.12.0-4"] = NoAuth,
        ["MQTT-4.12.0-5"] = NoAuth,
        ["MQTT-4.12.1-2"] = NoAuth,
        ["MQTT-4.2.0-1"] = "TCP, TLS and WebSocket are; every test over a socket uses it",
        ["MQTT311-7.0.0-1"] = "the broker does not connect to other servers",
        ["MQTT311-7.0.0-2"] = "the broker needs no extension: mosquitto's, MQTT.js's and other clients work with it",
    };
}
