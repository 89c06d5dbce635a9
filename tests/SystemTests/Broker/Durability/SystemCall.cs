using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace SystemTests.Broker.Durability;

/// <summary>A system call in a trace of <c>strace -f -yy -xx</c>.</summary>
/// <param name="Began">The line on which it began.</param>
/// <param name="Returned">The line on which it returned: the same one, unless other threads were traced in between.</param>
/// <param name="Name">Such as <c>pwrite64</c>.</param>
/// <param name="Target">The file or the socket behind its descriptor.</param>
/// <param name="Bytes">What was sent, received or written.</param>
/// <param name="Result">What it returned; negative for a failure.</param>
internal sealed partial record SystemCall(int Began, int Returned, string Name, string Target, byte[] Bytes, long Result)
{
    /// <summary>Reads a trace.</summary>
    public static List<SystemCall> ReadAll(IEnumerable<string> lines)
    {
        var calls = new List<SystemCall>();
        var begun = new Dictionary<string, (int Line, string Name, string Text)>();
        var number = 0;
        foreach (var line in lines)
        {
            number++;
            var match = Line().Match(line);
            if (!match.Success)
                continue; // a signal, the end of a thread
            var (thread, text) = (match.Groups["thread"].Value, match.Groups["text"].Value);
            var call = match.Groups["resumed"].Success
                ? begun[thread] with { Text = begun[thread].Text + text }
                : (Line: number, Name: match.Groups["name"].Value, Text: text);
            if (text.EndsWith("<unfinished ...>", StringComparison.Ordinal))
                begun[thread] = call with { Text = call.Text[..^"<unfinished ...>".Length] };
            else
                calls.Add(Read(call.Line, number, call.Name, call.Text));
        }

        return calls;
    }

    private static SystemCall Read(int began, int returned, string name, string text)
    {
        var result = ReturnValue().Match(text);
        return new SystemCall(
            began,
            returned,
            name,
            Encoding.UTF8.GetString(Unescape(Descriptor().Match(text).Groups["target"].Value)),
            Unescape(Content().Match(text).Groups["content"].Value),
            result.Success ? long.Parse(result.Groups["result"].Value, CultureInfo.InvariantCulture) : -1);
    }

    private static byte[] Unescape(string text)
    {
        if (!text.StartsWith("\\x", StringComparison.Ordinal))
            return Encoding.UTF8.GetBytes(text);
        return Convert.FromHexString(text.Replace("\\x", "", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^(?<thread>\d+)\s+(?:<\.\.\. (?<resumed>\w+) resumed>|(?<name>\w+)\()(?<text>.*)$")]
    private static partial Regex Line();

    [GeneratedRegex(@"^\d+<(?<target>(?:->|[^>])*)>")]
    private static partial Regex Descriptor();

    [GeneratedRegex("\"(?<content>[^\"]*)\"")]
    private static partial Regex Content();

    [GeneratedRegex(@"\) += (?<result>-?\d+)[^)]*$|\) += (?<result>-?\d+) .*$")]
    private static partial Regex ReturnValue();
}
