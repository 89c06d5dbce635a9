namespace UnitTests.Conformance;

/// <summary>Where the broker keeps an MQTT clause without a test, or keeps none because it has a reason.</summary>
internal static class MqttDeviations
{
    private const string NoReasonString = "the broker sends none in this packet";
    private const string NoUserProperty = "the broker sends no user properties of its own";
    private const string NoAuth = "the broker refuses enhanced authentication, so it sends no AUTH";
    private const string AllQos = "the broker supports every QoS and retained messages";

    /// <summary>What a reader of the standards would ask about.</summary>
    public static IReadOnlyList<(string What, string Why)> Choices { get; } =
    [
        ("MQTT 3.1 (`MQIsdp`) is not served", "superseded by 3.1.1 in 2014; such a client gets return code 1"),
        ("Enhanced authentication is refused with 0x8C", "user and password, or a client certificate, tell who it is"),
        ("Sessions end after `Broker:Limits:SessionExpiry` (30 days) without a connection, those of 3.1.1 too", "a queue that nobody will fetch must not grow for ever; 5.0 clients are told the limit in CONNACK"),
        ("QoS 0 messages are not queued for a session without a connection", "both standards leave it to the server"),
        ("A session whose queue is full (`Broker:Limits:QueueBytes`) loses further messages, and the publisher is not told", "one subscriber that is away must not stop the publishers; the loss is counted for the session"),
        ("A full disk refuses with 0x97 what it would have to keep; 3.1.1 clients are closed without PUBACK, SUBACK says 0x80", "3.1.1 has no way to refuse one message, and a promise that is not kept is worse"),
        ("A QoS 2 message that the disk refused only afterwards waits for its PUBREC until the disk takes it", "clean sessions have it by then: a refusal would make the publisher send it again as another message"),
        ("With a full disk clients are let in, and their Wills and sessions are in memory until there is room", "a plant must be able to come back; nothing of it was acknowledged as kept that is not tried again"),
        ("A message that is not retained because of `Broker:Limits:RetainedBytes` is not delivered either", "its publisher is told 0x97 and can act; half of a success would hide it"),
        ("Nobody publishes to a topic that begins with `$` (0x87; in 3.1.1 acknowledged and dropped)", "they are the server's own"),
        ("A subscription must be covered by what the client may read, otherwise it is refused as a whole", "who subscribes to more than it may get shall hear of it; each delivery is checked again all the same"),
        ("Filters and retained topics have at most 128 levels", "a bound for what one packet can cost"),
        ("A client whose Maximum Packet Size is below 64 is refused with 0x95", "not even CONNACK would fit"),
        ("Bytes of a packet that is not complete yet count as a sign of life", "a large message on a slow line must not end its connection"),
        ("While the broker itself reads nothing of a client (disk, publish rate), Keep Alive does not count", "it is not the client that is silent; a client that does not read what it is sent gets no such grace"),
        ("A session belongs to the user who opened it: another user with the same Client Identifier is refused while it is connected, and gets a new session afterwards", "messages of one user must not reach another, nor may anyone end another user's connection"),
        ("A retained message that waits for its turn is left out if it was replaced, removed or has expired meanwhile", "the subscriber has had the newer one as a live message"),
        ("The payload of an NDEATH is delivered with the time of its delivery", "Sparkplug 3.0 asks it of an aware server (tck-id-conformance-mqtt-aware-ndeath-timestamp)"),
        ("A Will is published at the next start when the broker was killed", "its connection ended with the broker; a client that is back within its Will Delay Interval is not gone"),
    ];

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
