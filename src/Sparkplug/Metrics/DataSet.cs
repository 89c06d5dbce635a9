namespace Sparkplug.Metrics;

/// <summary>One column of a <see cref="DataSet"/>.</summary>
/// <param name="Name">The column's header.</param>
/// <param name="Type">A basic type (tck-id-payloads-dataset-types-value).</param>
public readonly record struct DataSetColumn(string Name, DataType Type);

/// <summary>A table (Sparkplug 3.0, 6.4.11). Equality is by content.</summary>
public sealed class DataSet : IEquatable<DataSet>
{
    /// <summary>Makes a table; the lists are not copied and must not change afterwards.</summary>
    /// <exception cref="ArgumentException">A column's type is not basic, a row's length is not the number of columns,
    /// or a cell is not of its column's type.</exception>
    public DataSet(IReadOnlyList<DataSetColumn> columns, IReadOnlyList<IReadOnlyList<MetricValue>> rows)
    {
        foreach (var column in columns)
            if (!column.Type.IsBasic())
                throw new ArgumentException($"column '{column.Name}' has the type {column.Type}, which a DataSet cannot hold", nameof(columns));
        for (var i = 0; i < rows.Count; i++) RequireRow(columns, rows[i], i);
        Columns = columns;
        Rows = rows;
    }

    /// <summary>The columns in order.</summary>
    public IReadOnlyList<DataSetColumn> Columns { get; }

    /// <summary>The rows; each has one cell a column, of the column's type or its null.</summary>
    public IReadOnlyList<IReadOnlyList<MetricValue>> Rows { get; }

    /// <inheritdoc/>
    public bool Equals(DataSet? other) =>
        other is not null && Columns.SequenceEqual(other.Columns) && Rows.Count == other.Rows.Count
        && Rows.Zip(other.Rows).All(pair => pair.First.SequenceEqual(pair.Second));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DataSet);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Columns.Count, Rows.Count);

    private static void RequireRow(IReadOnlyList<DataSetColumn> columns, IReadOnlyList<MetricValue> row, int index)
    {
        if (row.Count != columns.Count) throw new ArgumentException($"row {index} has {row.Count} cells for {columns.Count} columns", nameof(row));
        for (var i = 0; i < row.Count; i++)
            if (row[i].Type != columns[i].Type)
                throw new ArgumentException($"row {index}, column '{columns[i].Name}' holds a {row[i].Type}, not a {columns[i].Type}", nameof(row));
    }
}
