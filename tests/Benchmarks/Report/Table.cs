using System.Globalization;
using System.Text;
using Benchmarks.Cases;

namespace Benchmarks.Report;

/// <summary>The comparison as a Markdown table, which reads as well in a terminal.</summary>
internal static class Table
{
    /// <summary>Below this the generator may be what limits the messages: the broker's CPU decides then.</summary>
    private const double EnoughHeadroom = 1.5;

    private static readonly string[] Head = ["case", "figure", "sparkplug", "mosquitto", "ratio", "target", "", "ceiling", "headroom"];

    public static string Of(IReadOnlyList<CaseResult> results, bool tls)
    {
        var rows = new List<string[]> { Head };
        foreach (var result in results)
            rows.AddRange(Rows(result, tls));
        if (AcrossNodes(results) is { } row)
            rows.Add(row);
        return Aligned(rows);
    }

    private static IEnumerable<string[]> Rows(CaseResult result, bool tls)
    {
        var names = result.Ours.Names.Union(result.Mosquitto.Names).ToArray();
        for (var i = 0; i < names.Length; i++)
            yield return Row(result, names[i], tls, isFirst: i == 0);
        foreach (var (side, name) in new[] { (result.Ours, "sparkplug"), (result.Mosquitto, "mosquitto"), (result.Ceiling, "sink") })
            if (side.Failure is { } failure)
                yield return [names.Length == 0 ? result.Case.Name : "", $"{name} failed: {failure}", "", "", "", "", "FAIL", "", ""];
    }

    private static string[] Row(CaseResult result, string name, bool tls, bool isFirst)
    {
        var target = result.Case.Targets(tls).FirstOrDefault(one => one.Figure == name);
        double? ours = result.Ours.Median(name), mosquitto = result.Mosquitto.Median(name);
        var ratio = mosquitto is > 0 ? ours / mosquitto : null;
        var headroom = name == Throughput.PerSecond ? Headroom(result) : null;
        return
        [
            isFirst ? result.Case.Name : "",
            name,
            result.Ours.Shown(name),
            result.Mosquitto.Shown(name),
            ratio is { } number ? $"{number:0.00}x" : "",
            target?.ToString() ?? "",
            target is null ? "" : Verdict(target, target.IsAbsolute ? ours : ratio, result, headroom, tls),
            result.Ceiling.Shown(name),
            headroom is { } room ? $"{room:0.0}x" : "",
        ];
    }

    /// <summary>
    /// Besides pass and FAIL: "by CPU", the generator may have been the limit, so the broker's CPU decides; "sink too", not even a program
    /// that only copies bytes would have met the target in this run.
    /// </summary>
    private static string Verdict(Target target, double? value, CaseResult result, double? headroom, bool tls)
    {
        if (value is not { } number)
            return "";
        if (target.IsMet(number))
            return "pass";
        if (headroom < EnoughHeadroom && result.Case.Targets(tls).Any(one => one.Figure == Throughput.BrokerCpu))
            return "by CPU";
        var sink = result.Ceiling.Median(target.Figure) / result.Mosquitto.Median(target.Figure);
        return !target.IsAbsolute && sink is { } best && !target.IsMet(best) ? "sink too" : "FAIL";
    }

    private static double? Headroom(CaseResult result)
    {
        var ceiling = result.Ceiling.Median(Throughput.PerSecond);
        var fastest = Math.Max(result.Ours.Median(Throughput.PerSecond) ?? 0, result.Mosquitto.Median(Throughput.PerSecond) ?? 0);
        return fastest > 0 ? ceiling / fastest : null;
    }

    /// <summary>A message must not cost more because there are more sessions.</summary>
    private static string[]? AcrossNodes(IReadOnlyList<CaseResult> results)
    {
        const double Bound = 1.25;
        double? Ratio(Func<CaseResult, Side> side) => Cpu("qos0-9000", side) / Cpu("qos0-100", side);
        double? Cpu(string name, Func<CaseResult, Side> side) =>
            results.FirstOrDefault(result => result.Case.Name == name) is { } result ? side(result).Median(Throughput.BrokerCpu) : null;
        string Shown(double? ratio) => ratio?.ToString("0.00", CultureInfo.InvariantCulture) ?? "-";

        double? ours = Ratio(result => result.Ours), mosquitto = Ratio(result => result.Mosquitto);
        if (ours is null && mosquitto is null)
            return null;
        return ["9000 over 100 nodes", Throughput.BrokerCpu, Shown(ours), Shown(mosquitto), "", $"<= {Bound}", ours is null ? "" : ours <= Bound ? "pass" : "FAIL", "", ""];
    }

    private static string Aligned(List<string[]> rows)
    {
        var widths = Enumerable.Range(0, Head.Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        var text = new StringBuilder();
        for (var i = 0; i < rows.Count; i++)
        {
            text.Append("| ").AppendJoin(" | ", rows[i].Select((cell, column) => IsNumber(column) ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]))).Append(" |\n");
            if (i == 0)
                text.Append('|').AppendJoin('|', widths.Select((width, column) => new string('-', width + 1) + (IsNumber(column) ? ":" : "-"))).Append("|\n");
        }

        return text.ToString();
    }

    private static bool IsNumber(int column) => column is 2 or 3 or 4 or 7 or 8;
}
