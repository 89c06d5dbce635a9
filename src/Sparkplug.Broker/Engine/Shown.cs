namespace Sparkplug.Broker.Engine;

/// <summary>Texts that a client made up, as they may stand in a log: no control characters, no 64 KiB.</summary>
internal static class Shown
{
    private const int MaximumLength = 120;

    /// <summary>The text, cut and cleaned.</summary>
    public static string Text(string? text)
    {
        var cut = text is { Length: > MaximumLength } ? text[..MaximumLength] + "…" : text ?? "";
        return cut.Any(char.IsControl) ? string.Concat(cut.Select(c => char.IsControl(c) ? '?' : c)) : cut;
    }
}
