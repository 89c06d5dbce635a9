using Sparkplug.Metrics;
using Kind = Sparkplug.Payloads.Wire.Payload.Types.PropertyValue.ValueOneofCase;

namespace Sparkplug.Payloads;

/// <summary>Property sets to their protobuf messages and back.</summary>
internal static class PropertySets
{
    /// <summary>Encodes a set: as many keys as values (tck-id-payloads-propertyset-keys-array-size).</summary>
    public static Wire.Payload.Types.PropertySet Encode(PropertySet properties)
    {
        var wire = new Wire.Payload.Types.PropertySet();
        foreach (var (key, value) in properties)
        {
            wire.Keys.Add(key);
            wire.Values.Add(Encode(key, value));
        }
        return wire;
    }

    /// <summary>
    /// Decodes the properties of a metric; those that cannot be read are left out and added to the faults.
    /// False where nothing can be said: keys and values do not pair, or Quality cannot be read.
    /// </summary>
    public static bool TryDecodeOf(Wire.Payload.Types.PropertySet wire, List<PropertyFault> faults, out PropertySet properties, out string fault)
    {
        properties = PropertySet.Empty;
        if (!TryPair(wire, out fault)) return false;
        var items = new List<KeyValuePair<string, MetricValue>>(wire.Keys.Count);
        for (var i = 0; i < wire.Keys.Count; i++)
        {
            if (TryDecode(wire.Values[i], out var value, out var why)) items.Add(KeyValuePair.Create(wire.Keys[i], value));
            else if (wire.Keys[i] == PropertySet.QualityKey) return Faults.Fail($"property Quality: {why}", out fault);
            else faults.Add(new PropertyFault(MetricText.Show(wire.Keys[i]), why));
        }
        properties = new PropertySet(items);
        return true;
    }

    private static Wire.Payload.Types.PropertyValue Encode(string key, MetricValue value)
    {
        var wire = new Wire.Payload.Types.PropertyValue();
        // tck-id-payloads-metric-propertyvalue-type-req; a value that came in without one goes out as it came.
        if (value.Type.IsForProperty()) wire.Type = (uint)value.Type;
        else if (value.Type != DataType.Unknown) throw NotForProperty(key, value);
        switch (value.Wire)
        {
            case WireKind.None: wire.IsNull = true; break;
            case WireKind.Int: wire.IntValue = unchecked((uint)value.Bits); break;
            case WireKind.Long: wire.LongValue = value.Bits; break;
            case WireKind.Float: wire.FloatValue = BitConverter.UInt32BitsToSingle((uint)value.Bits); break;
            case WireKind.Double: wire.DoubleValue = BitConverter.UInt64BitsToDouble(value.Bits); break;
            case WireKind.Boolean: wire.BooleanValue = value.Bits != 0; break;
            case WireKind.String: wire.StringValue = value.AsString(); break;
            case WireKind.PropertySet: wire.PropertysetValue = Encode(value.AsPropertySet()); break;
            case WireKind.PropertySetList: wire.PropertysetsValue = Encode((PropertySet[])value.Reference!); break;
            default: throw NotForProperty(key, value);
        }
        return wire;
    }

    private static Wire.Payload.Types.PropertySetList Encode(PropertySet[] sets)
    {
        var wire = new Wire.Payload.Types.PropertySetList();
        foreach (var set in sets) wire.Propertyset.Add(Encode(set));
        return wire;
    }

    private static ArgumentException NotForProperty(string key, MetricValue value) =>
        new($"property {MetricText.Show(key)}: a {value.Type} cannot be the value of a property", nameof(value));

    /// <summary>Decodes a nested set, which is readable as a whole or not at all.</summary>
    private static bool TryDecode(Wire.Payload.Types.PropertySet wire, out PropertySet properties, out string fault)
    {
        properties = PropertySet.Empty;
        if (!TryPair(wire, out fault)) return false;
        var items = new KeyValuePair<string, MetricValue>[wire.Keys.Count];
        for (var i = 0; i < items.Length; i++)
        {
            if (!TryDecode(wire.Values[i], out var value, out var why))
                return Faults.Fail($"property {MetricText.Show(wire.Keys[i])}: {why}", out fault);
            items[i] = KeyValuePair.Create(wire.Keys[i], value);
        }
        properties = new PropertySet(items);
        return true;
    }

    private static bool TryPair(Wire.Payload.Types.PropertySet wire, out string fault)
    {
        fault = "";
        // tck-id-payloads-propertyset-values-array-size
        return wire.Keys.Count == wire.Values.Count
            || Faults.Fail($"a property set has {wire.Keys.Count} keys and {wire.Values.Count} values", out fault);
    }

    private static bool TryDecode(Wire.Payload.Types.PropertyValue wire, out MetricValue value, out string fault)
    {
        fault = "";
        value = default;
        // tck-id-payloads-metric-propertyvalue-type-value
        if (wire.HasType && (wire.Type > DataTypes.Last || !((DataType)wire.Type).IsForProperty()))
            return Faults.Fail($"has the type {wire.Type}, which a property cannot have", out fault);
        var type = wire.HasType ? (DataType)wire.Type : DataType.Unknown;
        value = MetricValue.Null(type);
        if (wire.IsNull) return true;
        if (!TryField(wire, out value, out fault)) return false;
        return type == DataType.Unknown || Faults.TryType(ref value, type, out fault);
    }

    private static bool TryField(Wire.Payload.Types.PropertyValue wire, out MetricValue value, out string fault)
    {
        fault = "";
        value = default;
        switch (wire.ValueCase)
        {
            case Kind.IntValue: value = Untyped.Int(wire.IntValue); return true;
            case Kind.LongValue: value = Untyped.Long(wire.LongValue); return true;
            case Kind.FloatValue: value = Untyped.Float(wire.FloatValue); return true;
            case Kind.DoubleValue: value = Untyped.Double(wire.DoubleValue); return true;
            case Kind.BooleanValue: value = Untyped.Boolean(wire.BooleanValue); return true;
            case Kind.StringValue: value = Untyped.Text(wire.StringValue); return true;
            case Kind.PropertysetValue:
                if (!TryDecode(wire.PropertysetValue, out var set, out fault)) return false;
                value = Untyped.Of(WireKind.PropertySet, set);
                return true;
            case Kind.PropertysetsValue: return TryList(wire.PropertysetsValue, out value, out fault);
            case Kind.ExtensionValue: return Faults.Extension(out fault);
            default: return Faults.Fail("has no value and is not null", out fault);
        }
    }

    private static bool TryList(Wire.Payload.Types.PropertySetList wire, out MetricValue value, out string fault)
    {
        value = default;
        fault = "";
        var sets = new PropertySet[wire.Propertyset.Count];
        for (var i = 0; i < sets.Length; i++)
            if (!TryDecode(wire.Propertyset[i], out sets[i], out var why)) return Faults.Fail($"set {i}: {why}", out fault);
        value = Untyped.Of(WireKind.PropertySetList, sets);
        return true;
    }
}
