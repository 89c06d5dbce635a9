using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Sparkplug.Topics;

/// <summary>Reads topics level by level, so that a fault names the first level that is wrong.</summary>
internal static class TopicParser
{
    private const int LongestTopic = 65_535;

    /// <summary>Levels that a certificate topic has before the topic of the birth.</summary>
    private const int CertificateLevels = 2;

    private static readonly string[] LevelNames = ["namespace", "group_id", "message_type", "edge_node_id", "device_id"];

    public static bool TryParse(string text, [NotNullWhen(true)] out SparkplugTopic? topic, out TopicFault fault)
    {
        topic = null;
        if (text.Length > LongestTopic || Encoding.UTF8.GetByteCount(text) > LongestTopic)
        {
            fault = new TopicFault(0, "", TopicFaultReason.TooLong);
            return false;
        }
        var levels = text.Split('/', LevelNames.Length + CertificateLevels + 1);
        return levels[0] == "$sparkplug" ? TryParseCertificate(levels, out topic, out fault) : TryParseLevels(levels, out topic, out fault);
    }

    private static bool TryParseCertificate(string[] levels, [NotNullWhen(true)] out SparkplugTopic? topic, out TopicFault fault)
    {
        topic = null;
        fault = new TopicFault(2, "certificates", levels.Length < 2 ? TopicFaultReason.Missing : TopicFaultReason.NotCertificates);
        if (levels.Length < 2 || levels[1] != "certificates") return false;
        fault = new TopicFault(3, LevelNames[0], TopicFaultReason.Missing);
        if (levels.Length < 3) return false;
        if (!TryParseLevels(levels[CertificateLevels..], out var birth, out fault))
        {
            // Levels are counted from the start of the whole topic.
            fault = fault with { Level = fault.Level + CertificateLevels };
            return false;
        }
        if (!birth.Type.IsBirth())
        {
            var level = CertificateLevels + (birth.Type == MessageType.STATE ? 2 : 3);
            fault = new TopicFault(level, "message_type", TopicFaultReason.UnknownMessageType);
            return false;
        }
        topic = new SparkplugTopic.Certificate(birth);
        return true;
    }

    private static bool TryParseLevels(string[] levels, [NotNullWhen(true)] out SparkplugTopic? topic, out TopicFault fault)
    {
        topic = null;
        if (levels[0] != SparkplugTopic.Namespace) return Fail(1, TopicFaultReason.NotSparkplug, out fault);
        if (levels.Length < 2) return Fail(2, TopicFaultReason.Missing, out fault);
        // STATE has a form of its own and is looked for first (a group called STATE cannot exist).
        if (levels[1] == SparkplugTopic.StateLevel) return TryParseState(levels, out topic, out fault);
        if (!SparkplugId.IsValid(levels[1], out var reason)) return Fail(2, reason, out fault);
        if (levels.Length < 3) return Fail(3, TopicFaultReason.Missing, out fault);
        if (!TryParseType(levels[2], out var type)) return Fail(3, TopicFaultReason.UnknownMessageType, out fault);
        var expected = type.IsForDevice() ? 5 : 4;
        for (var i = 3; i < expected; i++)
        {
            if (levels.Length <= i) return Fail(i + 1, TopicFaultReason.Missing, out fault);
            if (!SparkplugId.IsValid(levels[i], out reason)) return Fail(i + 1, reason, out fault);
        }
        if (levels.Length > expected) return Fail(expected + 1, TopicFaultReason.Unexpected, out fault);
        var edgeNode = new EdgeNodeDescriptor(levels[1], levels[3]);
        topic = type.IsForDevice() ? new SparkplugTopic.Device(type, edgeNode, levels[4]) : new SparkplugTopic.Node(type, edgeNode);
        fault = default;
        return true;
    }

    private static bool TryParseState(string[] levels, [NotNullWhen(true)] out SparkplugTopic? topic, out TopicFault fault)
    {
        topic = null;
        if (levels.Length < 3) return FailState(TopicFaultReason.Missing, out fault);
        if (levels.Length > 3 && TryParseType(levels[2], out _)) return Fail(2, TopicFaultReason.ReservedGroup, out fault);
        if (!SparkplugId.IsValid(levels[2], out var reason)) return FailState(reason, out fault);
        if (levels.Length > 3)
        {
            fault = new TopicFault(4, "beyond sparkplug_host_id", TopicFaultReason.Unexpected);
            return false;
        }
        topic = new SparkplugTopic.State(levels[2]);
        fault = default;
        return true;
    }

    private static bool TryParseType(string level, out MessageType type) =>
        (type = level switch
        {
            "NBIRTH" => MessageType.NBIRTH,
            "NDEATH" => MessageType.NDEATH,
            "NDATA" => MessageType.NDATA,
            "NCMD" => MessageType.NCMD,
            "DBIRTH" => MessageType.DBIRTH,
            "DDEATH" => MessageType.DDEATH,
            "DDATA" => MessageType.DDATA,
            "DCMD" => MessageType.DCMD,
            _ => MessageType.STATE,
        }) != MessageType.STATE;

    private static bool Fail(int level, TopicFaultReason reason, out TopicFault fault)
    {
        fault = new TopicFault(level, level <= LevelNames.Length ? LevelNames[level - 1] : "beyond device_id", reason);
        return false;
    }

    private static bool FailState(TopicFaultReason reason, out TopicFault fault)
    {
        fault = new TopicFault(3, "sparkplug_host_id", reason);
        return false;
    }
}
