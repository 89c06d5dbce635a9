using Google.Protobuf;
using Sparkplug.Metrics;

namespace Sparkplug.Payloads;

/// <summary>A metric to its protobuf message.</summary>
internal static class MetricEncoder
{
    public static Wire.Payload.Types.Metric Encode(Metric metric)
    {
        var wire = new Wire.Payload.Types.Metric();
        if (metric.Name is { } name) wire.Name = name;
        if (metric.Alias is { } alias) wire.Alias = alias;
        if (metric.Timestamp is { } timestamp) wire.Timestamp = timestamp.Milliseconds;
        if (metric.DataType is { } dataType) wire.Datatype = (uint)dataType;
        if (metric.IsHistorical) wire.IsHistorical = true;
        if (metric.IsTransient) wire.IsTransient = true;
        if (metric.MetaData is { } metaData) wire.Metadata = Encode(metaData);
        if (metric.Properties is { } properties) wire.Properties = PropertySets.Encode(properties);
        EncodeValue(wire, ValueOf(metric), metric);
        return wire;
    }

    private static MetricValue ValueOf(Metric metric)
    {
        var value = metric.Value;
        if (metric.DataType is { } dataType && (!dataType.IsForMetric() || !value.TryAs(dataType, out value)))
            throw new ArgumentException($"metric {Describe(metric)}: '{metric.Value}' cannot stand under the datatype {dataType}", nameof(metric));
        return value;
    }

    private static void EncodeValue(Wire.Payload.Types.Metric wire, MetricValue value, Metric metric)
    {
        switch (value.Wire)
        {
            case WireKind.None: wire.IsNull = true; break;
            case WireKind.Int: wire.IntValue = unchecked((uint)value.Bits); break;
            case WireKind.Long: wire.LongValue = value.Bits; break;
            case WireKind.Float: wire.FloatValue = BitConverter.UInt32BitsToSingle((uint)value.Bits); break;
            case WireKind.Double: wire.DoubleValue = BitConverter.UInt64BitsToDouble(value.Bits); break;
            case WireKind.Boolean: wire.BooleanValue = value.Bits != 0; break;
            case WireKind.String: wire.StringValue = value.AsString(); break;
            case WireKind.Bytes: wire.BytesValue = UnsafeByteOperations.UnsafeWrap(BytesOf(value)); break;
            case WireKind.DataSet: wire.DatasetValue = DataSets.Encode(value.AsDataSet()); break;
            case WireKind.Template: wire.TemplateValue = Templates.Encode(value.AsTemplate()); break;
            default: throw new ArgumentException($"metric {Describe(metric)}: a {value.Type} cannot be the value of a metric", nameof(metric));
        }
    }

    private static byte[] BytesOf(MetricValue value) =>
        value.Type.IsArray() ? PackedArrays.Pack(value.Type, value.AsArray()) : (byte[])value.Reference!;

    private static string Describe(Metric metric) => MetricText.Show(metric.Name ?? $"alias {metric.Alias}");

    private static Wire.Payload.Types.MetaData Encode(MetaData metaData)
    {
        var wire = new Wire.Payload.Types.MetaData();
        if (metaData.IsMultiPart is { } isMultiPart) wire.IsMultiPart = isMultiPart;
        if (metaData.ContentType is { } contentType) wire.ContentType = contentType;
        if (metaData.Size is { } size) wire.Size = size;
        if (metaData.Seq is { } seq) wire.Seq = seq;
        if (metaData.FileName is { } fileName) wire.FileName = fileName;
        if (metaData.FileType is { } fileType) wire.FileType = fileType;
        if (metaData.Md5 is { } md5) wire.Md5 = md5;
        if (metaData.Description is { } description) wire.Description = description;
        return wire;
    }
}
