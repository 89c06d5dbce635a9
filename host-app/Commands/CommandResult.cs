using System.Globalization;
using Sparkplug.Metrics;

namespace HostApp.Commands;

/// <summary>One row of the metric <c>Command/Result</c>: the answer of our own edge nodes to one command.</summary>
/// <param name="Id">The command's id.</param>
/// <param name="Metric">The metric that was written.</param>
/// <param name="IsApplied">True for <c>Applied</c>, false for <c>Rejected</c>.</param>
/// <param name="Reason">Why; null where none was given.</param>
/// <param name="Value">The value afterwards, as text.</param>
internal sealed record CommandResult(Guid Id, string Metric, bool IsApplied, string? Reason, string? Value)
{
    /// <summary>The metric's name.</summary>
    public const string MetricName = "Command/Result";

    private static readonly string[] Columns = ["id", "metric", "outcome", "reason", "value"];

    /// <summary>Reads the rows of a <c>Command/Result</c>; what makes no sense is left out and counted.</summary>
    public static IReadOnlyList<CommandResult> ReadAll(MetricValue value, out int malformed)
    {
        malformed = 0;
        if (value.IsNull) return [];
        if (value.Type != DataType.DataSet || !TryFindColumns(value.AsDataSet(), out var at))
        {
            malformed = 1;
            return [];
        }
        var results = new List<CommandResult>();
        foreach (var row in value.AsDataSet().Rows)
        {
            if (TryRead(row, at, out var result)) results.Add(result);
            else malformed++;
        }
        return results;
    }

    /// <summary>The reported value in the metric's datatype; null where the text does not say one.</summary>
    public MetricValue? Read(DataType type)
    {
        if (Value is null) return null;
        var invariant = CultureInfo.InvariantCulture;
        return type switch
        {
            DataType.String => MetricValue.String(Value),
            DataType.Text => MetricValue.Text(Value),
            DataType.UUID => MetricValue.Uuid(Value),
            DataType.Boolean when bool.TryParse(Value, out var boolean) => MetricValue.Boolean(boolean),
            DataType.Int8 when sbyte.TryParse(Value, invariant, out var number) => MetricValue.Int8(number),
            DataType.Int16 when short.TryParse(Value, invariant, out var number) => MetricValue.Int16(number),
            DataType.Int32 when int.TryParse(Value, invariant, out var number) => MetricValue.Int32(number),
            DataType.Int64 when long.TryParse(Value, invariant, out var number) => MetricValue.Int64(number),
            DataType.UInt8 when byte.TryParse(Value, invariant, out var number) => MetricValue.UInt8(number),
            DataType.UInt16 when ushort.TryParse(Value, invariant, out var number) => MetricValue.UInt16(number),
            DataType.UInt32 when uint.TryParse(Value, invariant, out var number) => MetricValue.UInt32(number),
            DataType.UInt64 when ulong.TryParse(Value, invariant, out var number) => MetricValue.UInt64(number),
            DataType.Float when float.TryParse(Value, invariant, out var number) => MetricValue.Float(number),
            DataType.Double when double.TryParse(Value, invariant, out var number) => MetricValue.Double(number),
            _ => null,
        };
    }

    private static bool TryFindColumns(DataSet set, out int[] at)
    {
        at = [.. Columns.Select(name => IndexOf(set, name))];
        return !at.Contains(-1);
    }

    private static int IndexOf(DataSet set, string name)
    {
        for (var i = 0; i < set.Columns.Count; i++)
            if (set.Columns[i].Name == name && set.Columns[i].Type is DataType.String or DataType.Text or DataType.UUID) return i;
        return -1;
    }

    private static bool TryRead(IReadOnlyList<MetricValue> row, int[] at, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out CommandResult? result)
    {
        result = null;
        if (!Guid.TryParse(Cell(row[at[0]]), out var id) || Cell(row[at[1]]) is not { } metric) return false;
        if (Cell(row[at[2]]) is not ("Applied" or "Rejected")) return false;
        result = new CommandResult(id, metric, Cell(row[at[2]]) == "Applied", Cell(row[at[3]]), row[at[4]].IsNull ? null : row[at[4]].AsString());
        return true;
    }

    private static string? Cell(MetricValue cell) => cell.IsNull || cell.AsString().Length == 0 ? null : cell.AsString();
}
