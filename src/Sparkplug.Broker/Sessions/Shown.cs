using Sparkplug.Broker.Packets;

namespace Sparkplug.Broker.Sessions;

/// <summary>What stands in a log: texts that a client made up without control characters and 64 KiB, the protocol's terms in words.</summary>
internal static class Shown
{
    private const int MaximumLength = 120;

    /// <summary>The text, cut and cleaned.</summary>
    public static string Text(string? text)
    {
        var cut = text is { Length: > MaximumLength } ? text[..MaximumLength] + "…" : text ?? "";
        return cut.Any(char.IsControl) ? string.Concat(cut.Select(c => char.IsControl(c) ? '?' : c)) : cut;
    }

    /// <summary>A user, or that there is none.</summary>
    public static string User(string? name) => string.IsNullOrEmpty(name) ? "anonymous" : Text(name);

    /// <summary>The version of MQTT as the standards call themselves.</summary>
    public static string Protocol(ProtocolVersion version) => version == ProtocolVersion.V5 ? "MQTT 5" : "MQTT 3.1.1";
}
