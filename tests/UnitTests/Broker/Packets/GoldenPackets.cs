using Sparkplug.Broker.Packets;

namespace UnitTests.Broker.Packets;

/// <summary>
/// Packets as the standards draw them: bytes, written out by hand, and what they say. They feed the reader, the writer, the tools of the
/// tests, the property tests and the fuzzer.
/// </summary>
internal static class GoldenPackets
{
    private const ProtocolVersion V311 = ProtocolVersion.V311, V5 = ProtocolVersion.V5;

    /// <summary>A packet of a client.</summary>
    /// <param name="Version">What the client speaks.</param>
    /// <param name="Hex">The bytes.</param>
    /// <param name="Text">What they say, as <see cref="PacketText"/> puts it.</param>
    internal sealed record FromClient(ProtocolVersion Version, string Hex, string Text)
    {
        public byte[] Bytes => Parse(Hex);
    }

    public static IReadOnlyDictionary<string, FromClient> Client { get; } = new Dictionary<string, FromClient>
    {
        ["CONNECT 3.1.1"] = new(V311, "10 0D 0004 4D515454 04 02 003C 0001 61",
            "CONNECT V311 id=a clean keepAlive=60 user=- password=- expiry=0 receive=65535 size=- aliases=0 response=False problem=True auth=- no will"),
        ["CONNECT 3.1.1 without a client id"] = new(V311, "10 0C 0004 4D515454 04 02 0000 0000",
            "CONNECT V311 id= clean keepAlive=0 user=- password=- expiry=0 receive=65535 size=- aliases=0 response=False problem=True auth=- no will"),
        ["CONNECT 3.1.1 with all"] = new(V311, "10 1A 0004 4D515454 04 EC FFFF 0001 61 0001 77 0002 0001 0001 75 0001 70",
            "CONNECT V311 id=a resume keepAlive=65535 user=u password=70 expiry=4294967295 receive=65535 size=- aliases=0 response=False problem=True auth=- "
            + "will[w 0001 AtLeastOnce retain delay=0 expiry=- ]"),
        ["CONNECT 5"] = new(V5, "10 0E 0004 4D515454 05 02 003C 00 0001 61",
            "CONNECT V5 id=a clean keepAlive=60 user=- password=- expiry=0 receive=65535 size=- aliases=0 response=False problem=True auth=- no will"),
        ["CONNECT 5 with a password alone"] = new(V5, "10 12 0004 4D515454 05 42 0000 00 0001 61 0002 00FF",
            "CONNECT V5 id=a clean keepAlive=0 user=- password=00FF expiry=0 receive=65535 size=- aliases=0 response=False problem=True auth=- no will"),
        ["CONNECT 5 with all"] = new(V5, "10 64 0004 4D515454 05 F4 003C"
            + " 2B 11 00000E10 21 000A 27 00010000 22 0005 19 01 17 00 15 0001 6D 16 0002 0001 26 0001 6B 0001 76 26 0001 6B 0001 76"
            + " 0001 61"
            + " 1F 18 0000001E 01 01 02 0000003C 03 0001 63 08 0001 72 09 0001 FF 26 0001 6B 0001 76"
            + " 0001 77 0001 78 0001 75 0000",
            "CONNECT V5 id=a resume keepAlive=60 user=u password= expiry=3600 receive=10 size=65536 aliases=5 response=True problem=False auth=m "
            + "will[w 78 ExactlyOnce retain delay=30 expiry=60 01010300016308000172090001FF2600016B000176]"),
        ["PUBLISH 3.1.1 QoS 0"] = new(V311, "30 07 0003 612F62 6869", "PUBLISH AtMostOnce 0 topic=a/b alias=0 expiry=- properties= payload=6869"),
        ["PUBLISH 3.1.1 QoS 1"] = new(V311, "3B 06 0001 61 0007 FF", "PUBLISH AtLeastOnce dup retain 7 topic=a alias=0 expiry=- properties= payload=FF"),
        ["PUBLISH 3.1.1 QoS 2, empty"] = new(V311, "34 05 0001 61 FFFF", "PUBLISH ExactlyOnce 65535 topic=a alias=0 expiry=- properties= payload="),
        ["PUBLISH 5 QoS 0"] = new(V5, "31 08 0003 612F62 00 6869", "PUBLISH AtMostOnce retain 0 topic=a/b alias=0 expiry=- properties= payload=6869"),
        ["PUBLISH 5 QoS 1"] = new(V5, "32 06 0001 61 000A 00", "PUBLISH AtLeastOnce 10 topic=a alias=0 expiry=- properties= payload="),
        ["PUBLISH 5 with an alias alone"] = new(V5, "30 07 0000 03 23 0001 FF", "PUBLISH AtMostOnce 0 topic= alias=1 expiry=- properties= payload=FF"),
        ["PUBLISH 5 with all"] = new(V5, "3C 2A 0001 61 0001 23 23 0002 02 0000000A 01 01 03 0001 63 08 0001 72 09 0002 0001 26 0001 6B 0001 76 26 0000 0000 FF",
            "PUBLISH ExactlyOnce dup 1 topic=a alias=2 expiry=10 properties=0101030001630800017209000200012600016B0001762600000000 payload=FF"),
        ["PUBLISH 5 with properties that are apart"] = new(V5, "30 18 0001 61 13 03 0001 63 02 0000000A 26 0001 6B 0001 76 23 0001 FF",
            "PUBLISH AtMostOnce 0 topic=a alias=1 expiry=10 properties=030001632600016B000176 payload=FF"),
        ["PUBACK 3.1.1"] = new(V311, "40 02 0001", "PUBACK 1 Success"),
        ["PUBREC 3.1.1"] = new(V311, "50 02 0100", "PUBREC 256 Success"),
        ["PUBREL 3.1.1"] = new(V311, "62 02 FFFF", "PUBREL 65535 Success"),
        ["PUBCOMP 3.1.1"] = new(V311, "70 02 0001", "PUBCOMP 1 Success"),
        ["PUBACK 5"] = new(V5, "40 02 0001", "PUBACK 1 Success"),
        ["PUBACK 5 with a reason"] = new(V5, "40 03 0001 10", "PUBACK 1 NoMatchingSubscribers"),
        ["PUBREC 5 with properties"] = new(V5, "50 0F 0001 97 0B 1F 0001 72 26 0001 6B 0001 76", "PUBREC 1 QuotaExceeded"),
        ["PUBREL 5"] = new(V5, "62 04 0001 92 00", "PUBREL 1 PacketIdentifierNotFound"),
        ["PUBCOMP 5"] = new(V5, "70 04 0001 00 00", "PUBCOMP 1 Success"),
        ["SUBSCRIBE 3.1.1"] = new(V311, "82 0C 000A 0003 612F62 01 0001 23 02", "SUBSCRIBE 10 identifier=0 a/b:AtLeastOnce+SendAtSubscribe #:ExactlyOnce+SendAtSubscribe"),
        ["SUBSCRIBE 5"] = new(V5, "82 0E 000A 05 0B FFFFFF7F 0003 612F62 2D", "SUBSCRIBE 10 identifier=268435455 a/b:AtLeastOnce+nl+rap+DoNotSend"),
        ["SUBSCRIBE 5 shared"] = new(V5, "82 17 0001 07 26 0001 6B 0001 76 000A 2473686172652F672F23 18",
            "SUBSCRIBE 1 identifier=0 $share/g/#:AtMostOnce+rap+SendIfNew"),
        ["UNSUBSCRIBE 3.1.1"] = new(V311, "A2 0A 0001 0003 612F62 0001 23", "UNSUBSCRIBE 1 a/b #"),
        ["UNSUBSCRIBE 5"] = new(V5, "A2 0D 0001 07 26 0001 6B 0001 76 0001 23", "UNSUBSCRIBE 1 #"),
        ["PINGREQ"] = new(V311, "C0 00", "PINGREQ"),
        ["DISCONNECT 3.1.1"] = new(V311, "E0 00", "DISCONNECT Success expiry=-"),
        ["DISCONNECT 5"] = new(V5, "E0 00", "DISCONNECT Success expiry=-"),
        ["DISCONNECT 5 with a reason"] = new(V5, "E0 01 04", "DISCONNECT DisconnectWithWillMessage expiry=-"),
        ["DISCONNECT 5 with all"] = new(V5, "E0 12 00 10 11 0000003C 1F 0001 72 26 0001 6B 0001 76", "DISCONNECT Success expiry=60"),
        ["AUTH 5"] = new(V5, "F0 00", "AUTH Success"),
        ["AUTH 5 with all"] = new(V5, "F0 15 18 13 15 0001 6D 16 0001 FF 1F 0001 72 26 0001 6B 0001 76", "AUTH ContinueAuthentication"),
    };

    /// <summary>The bytes of a line of hexadecimal digits with spaces.</summary>
    public static byte[] Parse(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
