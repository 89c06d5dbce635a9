namespace Sparkplug.Edge;

/// <summary>Text from outside, cut to a length that a fault's detail can hold.</summary>
internal static class BoundedText
{
    private const int Longest = 100;

    public static string Of(string text) => text.Length <= Longest ? text : string.Concat(text.AsSpan(0, Longest), "…");
}
