using Sparkplug.Metrics;
using Kind = Sparkplug.Payloads.Wire.Payload.Types.DataSet.Types.DataSetValue.ValueOneofCase;

namespace Sparkplug.Payloads;

/// <summary>DataSets to their protobuf messages and back. A null cell is a value without a field: the schema has no is_null for it.</summary>
internal static class DataSets
{
    public static Wire.Payload.Types.DataSet Encode(DataSet set)
    {
        // tck-id-payloads-dataset-column-num-headers, tck-id-payloads-dataset-types-num: one name and one type a column.
        var wire = new Wire.Payload.Types.DataSet { NumOfColumns = (ulong)set.Columns.Count };
        foreach (var column in set.Columns)
        {
            wire.Columns.Add(column.Name);
            wire.Types_.Add((uint)column.Type);
        }
        foreach (var cells in set.Rows)
        {
            var row = new Wire.Payload.Types.DataSet.Types.Row();
            foreach (var cell in cells) row.Elements.Add(Encode(cell));
            wire.Rows.Add(row);
        }
        return wire;
    }

    /// <summary>Decodes a table to an untyped value of its field.</summary>
    public static bool TryDecode(Wire.Payload.Types.DataSet wire, out MetricValue value, out string fault)
    {
        value = default;
        if (!TryColumns(wire, out var columns, out fault)) return false;
        var rows = new MetricValue[wire.Rows.Count][];
        for (var i = 0; i < rows.Length; i++)
            if (!TryRow(wire.Rows[i], columns, out rows[i], out var why)) return Faults.Fail($"row {i}: {why}", out fault);
        value = Untyped.Of(WireKind.DataSet, new DataSet(columns, rows));
        return true;
    }

    private static Wire.Payload.Types.DataSet.Types.DataSetValue Encode(MetricValue cell)
    {
        var wire = new Wire.Payload.Types.DataSet.Types.DataSetValue();
        switch (cell.Wire)
        {
            case WireKind.None: break;
            case WireKind.Int: wire.IntValue = unchecked((uint)cell.Bits); break;
            case WireKind.Long: wire.LongValue = cell.Bits; break;
            case WireKind.Float: wire.FloatValue = BitConverter.UInt32BitsToSingle((uint)cell.Bits); break;
            case WireKind.Double: wire.DoubleValue = BitConverter.UInt64BitsToDouble(cell.Bits); break;
            case WireKind.Boolean: wire.BooleanValue = cell.Bits != 0; break;
            case WireKind.String: wire.StringValue = cell.AsString(); break;
            default: throw new ArgumentException($"a {cell.Type} cannot be a cell of a DataSet", nameof(cell));
        }
        return wire;
    }

    private static bool TryColumns(Wire.Payload.Types.DataSet wire, out DataSetColumn[] columns, out string fault)
    {
        fault = "";
        columns = new DataSetColumn[wire.Columns.Count];
        // A peer with proto3 leaves num_of_columns out where it is 0.
        if (wire.NumOfColumns != (ulong)columns.Length)
            return Faults.Fail($"a DataSet of {wire.NumOfColumns} columns has {columns.Length} column names", out fault);
        if (wire.Types_.Count != columns.Length)
            return Faults.Fail($"a DataSet of {columns.Length} columns has {wire.Types_.Count} types", out fault);
        for (var i = 0; i < columns.Length; i++)
        {
            var type = wire.Types_[i];
            if (type > DataTypes.Last || !((DataType)type).IsBasic())
                return Faults.Fail($"column {MetricText.Show(wire.Columns[i])} has the type {type}, which a DataSet cannot hold", out fault);
            columns[i] = new DataSetColumn(wire.Columns[i], (DataType)type);
        }
        return true;
    }

    private static bool TryRow(Wire.Payload.Types.DataSet.Types.Row wire, DataSetColumn[] columns, out MetricValue[] cells, out string fault)
    {
        fault = "";
        cells = [];
        if (wire.Elements.Count != columns.Length) return Faults.Fail($"{wire.Elements.Count} cells for {columns.Length} columns", out fault);
        cells = new MetricValue[columns.Length];
        for (var i = 0; i < cells.Length; i++)
            if (!TryCell(wire.Elements[i], columns[i].Type, out cells[i], out var why))
                return Faults.Fail($"column {MetricText.Show(columns[i].Name)}: {why}", out fault);
        return true;
    }

    private static bool TryCell(Wire.Payload.Types.DataSet.Types.DataSetValue wire, DataType type, out MetricValue cell, out string fault)
    {
        cell = default;
        switch (wire.ValueCase)
        {
            case Kind.None: break;
            case Kind.IntValue: cell = Untyped.Int(wire.IntValue); break;
            case Kind.LongValue: cell = Untyped.Long(wire.LongValue); break;
            case Kind.FloatValue: cell = Untyped.Float(wire.FloatValue); break;
            case Kind.DoubleValue: cell = Untyped.Double(wire.DoubleValue); break;
            case Kind.BooleanValue: cell = Untyped.Boolean(wire.BooleanValue); break;
            case Kind.StringValue: cell = Untyped.Text(wire.StringValue); break;
            default: return Faults.Extension(out fault);
        }
        return Faults.TryType(ref cell, type, out fault);
    }
}
