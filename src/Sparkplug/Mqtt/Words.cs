using Sparkplug.Metrics;

namespace Sparkplug.Mqtt;

/// <summary>Text from outside, made fit for a log line.</summary>
internal static class Words
{
    private const int Longest = 200;

    /// <summary>The text without control characters and no longer than a line or two.</summary>
    public static string Bounded(string text) => MetricText.Show(text, Longest);
}
