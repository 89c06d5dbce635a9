namespace Sparkplug.Topics;

/// <summary>What is wrong with one level of a topic.</summary>
public enum TopicFaultReason
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The level is empty.</summary>
    Empty,

    /// <summary>The level holds <c>+</c>, <c>#</c> or, in an id, <c>/</c>.</summary>
    ReservedCharacter,

    /// <summary>The level holds U+0000.</summary>
    NullCharacter,

    /// <summary>The level holds half of a surrogate pair.</summary>
    UnpairedSurrogate,

    /// <summary>The first level is neither <c>spBv1.0</c> nor <c>$sparkplug</c>.</summary>
    NotSparkplug,

    /// <summary>The level after <c>$sparkplug</c> is not <c>certificates</c>.</summary>
    NotCertificates,

    /// <summary>The level is not a message type, or not one that may stand here.</summary>
    UnknownMessageType,

    /// <summary>The Group id is <c>STATE</c>, which would be read as a Host Application's topic.</summary>
    ReservedGroup,

    /// <summary>The topic ends before this level.</summary>
    Missing,

    /// <summary>The topic should have ended before this level.</summary>
    Unexpected,

    /// <summary>The topic is longer than 65,535 bytes of UTF-8 (MQTT-4.7.3-3).</summary>
    TooLong,
}

/// <summary>Why a text is not a Sparkplug topic.</summary>
/// <param name="Level">The level that is wrong, counted from 1; 0 when it is the topic as a whole.</param>
/// <param name="LevelName">The level's name in the specification: namespace, group_id, message_type, edge_node_id, device_id,
/// sparkplug_host_id, certificates.</param>
/// <param name="Reason">What is wrong with it.</param>
public readonly record struct TopicFault(int Level, string LevelName, TopicFaultReason Reason)
{
    /// <summary>A sentence part such as <c>level 3 (message_type) is not a Sparkplug message type</c>.</summary>
    public override string ToString() => Level == 0
        ? $"the topic {Reason.Describe()}"
        : $"level {Level} ({LevelName}) {Reason.Describe()}";
}

/// <summary>Words for <see cref="TopicFaultReason"/>.</summary>
public static class TopicFaultReasons
{
    /// <summary>Says the reason in words that follow "level N".</summary>
    public static string Describe(this TopicFaultReason reason) => reason switch
    {
        TopicFaultReason.None => "is valid",
        TopicFaultReason.Empty => "is empty",
        TopicFaultReason.ReservedCharacter => "holds one of the characters + / #",
        TopicFaultReason.NullCharacter => "holds the character U+0000",
        TopicFaultReason.UnpairedSurrogate => "holds half of a surrogate pair",
        TopicFaultReason.NotSparkplug => "is not spBv1.0",
        TopicFaultReason.NotCertificates => "is not certificates",
        TopicFaultReason.UnknownMessageType => "is not a Sparkplug message type that may stand here",
        TopicFaultReason.ReservedGroup => "is STATE, which is reserved for Host Applications",
        TopicFaultReason.Missing => "is missing",
        TopicFaultReason.Unexpected => "should not be there",
        TopicFaultReason.TooLong => "is longer than 65,535 bytes",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
