using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Sparkplug.Metrics;
using Kind = Sparkplug.Payloads.Wire.Payload.Types.Metric.ValueOneofCase;

namespace Sparkplug.Payloads;

/// <summary>
/// A protobuf message to a metric. What makes no sense is left out and reported, so that the rest of the payload can be used:
/// <list type="bullet">
/// <item>is_null with a value beside it is a null: the value contradicts the flag, and a null claims nothing;</item>
/// <item>a value that is neither there nor null is a fault, except for a member of a Template definition, which then is a null;</item>
/// <item>a property that cannot be read is left out and reported, the metric stays; but without a readable Quality, or with keys that do not
/// pair with values, nobody can say how good the value is: then the metric is left out;</item>
/// <item>an empty name is no name.</item>
/// </list>
/// </summary>
internal static class MetricDecoder
{
    /// <summary>Decodes a metric of the payload; faults are added to the list.</summary>
    public static bool TryDecode(Wire.Payload.Types.Metric wire, int index, List<MetricFault> faults, [NotNullWhen(true)] out Metric? metric)
    {
        var propertyFaults = new List<PropertyFault>();
        if (!TryDecode(wire, isDefinition: false, propertyFaults, out metric, out var fault))
        {
            faults.Add(new MetricFault(index, Describe(wire), fault));
            return false;
        }
        foreach (var (key, detail) in propertyFaults) faults.Add(new MetricFault(index, Describe(wire), detail) { Property = key });
        return true;
    }

    /// <summary>Decodes a metric of the payload or a member of a Template.</summary>
    public static bool TryDecode(
        Wire.Payload.Types.Metric wire, bool isDefinition, List<PropertyFault> propertyFaults,
        [NotNullWhen(true)] out Metric? metric, out string fault)
    {
        metric = null;
        var properties = default(PropertySet);
        if (!TryDataType(wire, out var dataType, out fault)) return false;
        if (wire.Name.Length == 0 && !wire.HasAlias) return Faults.Fail("has neither a name nor an alias", out fault);
        if (wire.Properties is not null && !PropertySets.TryDecodeOf(wire.Properties, propertyFaults, out properties, out fault)) return false;
        if (!TryValue(wire, dataType, isDefinition, propertyFaults, out var value, out fault)) return false;
        metric = new Metric
        {
            Name = wire.Name.Length == 0 ? null : wire.Name,
            Alias = wire.HasAlias ? wire.Alias : null,
            Timestamp = wire.HasTimestamp ? new Timestamp(wire.Timestamp) : null,
            DataType = dataType,
            IsHistorical = wire.IsHistorical,
            IsTransient = wire.IsTransient,
            MetaData = wire.Metadata is null ? null : Decode(wire.Metadata),
            Properties = properties,
            Value = value,
        };
        return true;
    }

    /// <summary>The name, or <c>alias N</c>, as it goes into faults.</summary>
    public static string Describe(Wire.Payload.Types.Metric wire) => wire.Name.Length > 0 ? MetricText.Show(wire.Name)
        : wire.HasAlias ? string.Create(CultureInfo.InvariantCulture, $"alias {wire.Alias}")
        : "without name";

    private static bool TryDataType(Wire.Payload.Types.Metric wire, out DataType? dataType, out string fault)
    {
        dataType = null;
        fault = "";
        if (!wire.HasDatatype) return true;
        // tck-id-payloads-metric-datatype-value
        if (wire.Datatype > DataTypes.Last || !((DataType)wire.Datatype).IsForMetric())
            return Faults.Fail($"has the datatype {wire.Datatype}, which a metric cannot have", out fault);
        dataType = (DataType)wire.Datatype;
        return true;
    }

    private static bool TryValue(
        Wire.Payload.Types.Metric wire, DataType? dataType, bool isDefinition, List<PropertyFault> propertyFaults,
        out MetricValue value, out string fault)
    {
        fault = "";
        value = MetricValue.Null(dataType ?? DataType.Unknown);
        if (wire.IsNull) return true;
        if (wire.ValueCase == Kind.None)
            return isDefinition || Faults.Fail("has no value and is not null", out fault);
        return TryField(wire, propertyFaults, out value, out fault) && (dataType is null || Faults.TryType(ref value, dataType.Value, out fault));
    }

    /// <summary>The value by the field that it came in.</summary>
    private static bool TryField(Wire.Payload.Types.Metric wire, List<PropertyFault> propertyFaults, out MetricValue value, out string fault)
    {
        fault = "";
        switch (wire.ValueCase)
        {
            case Kind.IntValue: value = Untyped.Int(wire.IntValue); return true;
            case Kind.LongValue: value = Untyped.Long(wire.LongValue); return true;
            case Kind.FloatValue: value = Untyped.Float(wire.FloatValue); return true;
            case Kind.DoubleValue: value = Untyped.Double(wire.DoubleValue); return true;
            case Kind.BooleanValue: value = Untyped.Boolean(wire.BooleanValue); return true;
            case Kind.StringValue: value = Untyped.Text(wire.StringValue); return true;
            case Kind.BytesValue: value = Untyped.Of(WireKind.Bytes, wire.BytesValue.ToByteArray()); return true;
            case Kind.DatasetValue: return DataSets.TryDecode(wire.DatasetValue, out value, out fault);
            case Kind.TemplateValue: return Templates.TryDecode(wire.TemplateValue, propertyFaults, out value, out fault);
            default: value = default; return Faults.Extension(out fault);
        }
    }

    private static MetaData Decode(Wire.Payload.Types.MetaData wire) => new()
    {
        IsMultiPart = wire.HasIsMultiPart ? wire.IsMultiPart : null,
        ContentType = wire.HasContentType ? wire.ContentType : null,
        Size = wire.HasSize ? wire.Size : null,
        Seq = wire.HasSeq ? wire.Seq : null,
        FileName = wire.HasFileName ? wire.FileName : null,
        FileType = wire.HasFileType ? wire.FileType : null,
        Md5 = wire.HasMd5 ? wire.Md5 : null,
        Description = wire.HasDescription ? wire.Description : null,
    };
}
