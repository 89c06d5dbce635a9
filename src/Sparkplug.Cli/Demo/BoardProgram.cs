using EdgeNode.Devices;
using EdgeNode.Serial;
using Sparkplug.Metrics;

namespace Sparkplug.Cli.Demo;

/// <summary>What the sketch of an emulated board does.</summary>
/// <param name="Sketch">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Tags">Its tags.</param>
public sealed record BoardProgram(string Sketch, string Version, IReadOnlyList<EmulatedTag> Tags);

/// <summary>The last values that a board has reported, and what is new.</summary>
internal sealed class BoardReport(IReadOnlyList<EmulatedTag> tags)
{
    /// <summary>So long may a body become before "*CRC" and LF, a blank and a colon are added.</summary>
    public const int LongestBody = LinkLine.BoardLimit - 8;

    private readonly MetricValue[] _reported = new MetricValue[tags.Count];

    public IEnumerable<(string Name, string Text)> All() => Take(isNews: static (_, _, _) => true);

    public IEnumerable<(string Name, string Text)> News() => Take(isNews: static (tag, before, now) => tag.IsNews(before, now));

    /// <summary>Carries out a SET.</summary>
    public BoardAnswer Set(IReadOnlyList<RawReading> readings)
    {
        if (readings.Count != 1) return new BoardAnswer.Refused("syntax");
        var index = tags.ToList().FindIndex(tag => tag.Name == readings[0].Name);
        if (index < 0) return new BoardAnswer.Refused("unknown-tag");
        var tag = tags[index];
        if (tag.Write is null) return new BoardAnswer.Refused("read-only");
        if (!LinkValue.TryParse(readings[0].Text, tag.Type, out var value)) return new BoardAnswer.Refused("type");
        if (!tag.IsInRange(value)) return new BoardAnswer.Refused("range");
        if (!tag.Write(value)) return new BoardAnswer.Refused("refused");
        // The answer carries the news: no DATA repeats it.
        _reported[index] = tag.Read();
        return new BoardAnswer.Applied(tag.Name, TextOf(_reported[index]));
    }

    private IEnumerable<(string Name, string Text)> Take(Func<EmulatedTag, MetricValue, MetricValue, bool> isNews)
    {
        for (var i = 0; i < tags.Count; i++)
        {
            var value = tags[i].Read();
            if (!isNews(tags[i], _reported[i], value)) continue;
            _reported[i] = value;
            yield return (tags[i].Name, TextOf(value));
        }
    }

    private static string TextOf(MetricValue value) => LinkValue.TryFormat(value, out var text) ? text : "!";
}

/// <summary>A board's answer to a command; kept to be given again.</summary>
internal abstract record BoardAnswer(string Verb)
{
    public abstract LineWriter WriteTo(LineWriter line);

    public sealed record Applied(string Name, string Text) : BoardAnswer("ACK")
    {
        public override LineWriter WriteTo(LineWriter line) => line.Reading(Name, Text);
    }

    public sealed record Identified(BoardId Id) : BoardAnswer("ACK")
    {
        public override LineWriter WriteTo(LineWriter line) => line.Attribute("id", Id.Value);
    }

    public sealed record Refused(string Reason) : BoardAnswer("NAK")
    {
        public override LineWriter WriteTo(LineWriter line) => line.Attribute("reason", Reason);
    }
}
