namespace Sparkplug.Topics;

/// <summary>The rules that Group, Edge Node, Device and Host ids share.</summary>
public static class SparkplugId
{
    /// <summary>
    /// True if <paramref name="id"/> can stand as one topic level: not empty, no <c>+ / #</c>, no U+0000, no unpaired surrogate
    /// (tck-id-topic-structure-namespace-valid-group-id, -valid-edge-node-id, -valid-device-id; MQTT-1.5.4-1, MQTT-1.5.4-2).
    /// </summary>
    public static bool IsValid(ReadOnlySpan<char> id, out TopicFaultReason reason)
    {
        reason = Check(id);
        return reason == TopicFaultReason.None;
    }

    /// <summary>Returns <paramref name="id"/>, or throws when it is not valid.</summary>
    /// <exception cref="ArgumentException">The id is empty or holds a character that a topic level cannot hold.</exception>
    public static string Require(string id, string parameterName) => IsValid(id, out var reason)
        ? id
        : throw new ArgumentException($"'{id}' is not a valid Sparkplug id: {reason.Describe()}", parameterName);

    private static TopicFaultReason Check(ReadOnlySpan<char> id)
    {
        if (id.IsEmpty) return TopicFaultReason.Empty;
        for (var i = 0; i < id.Length; i++)
        {
            if (id[i] is '+' or '#' or '/') return TopicFaultReason.ReservedCharacter;
            if (id[i] == '\0') return TopicFaultReason.NullCharacter;
            if (!char.IsSurrogate(id[i])) continue;
            if (i + 1 >= id.Length || !char.IsSurrogatePair(id[i], id[i + 1])) return TopicFaultReason.UnpairedSurrogate;
            i++;
        }
        return TopicFaultReason.None;
    }
}
