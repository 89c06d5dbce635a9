namespace Sparkplug.Mqtt;

/// <summary>Text from outside, made fit for a log line.</summary>
internal static class Words
{
    private const int Longest = 200;

    /// <summary>The text without control characters and no longer than a line or two.</summary>
    public static string Bounded(string text)
    {
        var cut = text.Length > Longest ? string.Concat(text.AsSpan(0, Longest), "…") : text;
        return string.Create(cut.Length, cut, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++) span[i] = char.IsControl(source[i]) ? ' ' : source[i];
        });
    }
}
