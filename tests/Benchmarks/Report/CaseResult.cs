using Benchmarks.Cases;

namespace Benchmarks.Report;

/// <summary>The medians of one case.</summary>
internal sealed record CaseResult(Case Case, Side Ours, Side Mosquitto, Side Ceiling);

/// <summary>The rounds of one broker.</summary>
internal sealed class Side
{
    private readonly Dictionary<string, (List<double> Values, string Format)> _figures = [];

    /// <summary>Why there is nothing, or less than all rounds.</summary>
    public string? Failure { get; set; }

    public IEnumerable<string> Names => _figures.Keys;

    public void Add(IEnumerable<Figure> figures)
    {
        foreach (var figure in figures)
        {
            if (!_figures.TryGetValue(figure.Name, out var known))
                _figures[figure.Name] = known = ([], figure.Format);
            known.Values.Add(figure.Value);
        }
    }

    public double? Median(string name)
    {
        if (!_figures.TryGetValue(name, out var figure))
            return null;
        var sorted = figure.Values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    public string Shown(string name) =>
        Median(name) is { } value ? value.ToString(_figures[name].Format, System.Globalization.CultureInfo.InvariantCulture) : "-";
}
