using Sparkplug.Metrics;
using Kind = Sparkplug.Payloads.Wire.Payload.Types.Template.Types.Parameter.ValueOneofCase;

namespace Sparkplug.Payloads;

/// <summary>Templates to their protobuf messages and back.</summary>
internal static class Templates
{
    public static Wire.Payload.Types.Template Encode(Template template)
    {
        // tck-id-payloads-template-is-definition: present even when false.
        var wire = new Wire.Payload.Types.Template { IsDefinition = template.IsDefinition };
        if (template.Version is { } version) wire.Version = version;
        if (template.TemplateRef is { } templateRef) wire.TemplateRef = templateRef;
        foreach (var metric in template.Metrics) wire.Metrics.Add(MetricEncoder.Encode(metric));
        foreach (var parameter in template.Parameters) wire.Parameters.Add(Encode(parameter));
        return wire;
    }

    /// <summary>
    /// Decodes a Template to an untyped value of its field. One member that cannot be read makes the whole unreadable: there is no place for a gap.
    /// </summary>
    public static bool TryDecode(Wire.Payload.Types.Template wire, List<PropertyFault> propertyFaults, out MetricValue value, out string fault)
    {
        value = default;
        // A peer with proto3 leaves is_definition=false out; only an instance names its definition.
        var isDefinition = wire.HasIsDefinition ? wire.IsDefinition : !wire.HasTemplateRef;
        // tck-id-payloads-template-ref-instance
        if (!isDefinition && !wire.HasTemplateRef) return Faults.Fail("a Template instance has no template_ref", out fault);
        if (!TryMembers(wire, isDefinition, propertyFaults, out var metrics, out fault)) return false;
        if (!TryParameters(wire, out var parameters, out fault)) return false;
        value = Untyped.Of(WireKind.Template, new Template
        {
            Version = wire.HasVersion ? wire.Version : null,
            TemplateRef = wire.HasTemplateRef ? wire.TemplateRef : null,
            IsDefinition = isDefinition,
            Metrics = metrics,
            Parameters = parameters,
        });
        return true;
    }

    private static Wire.Payload.Types.Template.Types.Parameter Encode(TemplateParameter parameter)
    {
        var value = parameter.Value;
        var wire = new Wire.Payload.Types.Template.Types.Parameter { Name = parameter.Name };
        // tck-id-payloads-template-parameter-type-req; a value that came in without one goes out as it came.
        if (value.Type.IsBasic()) wire.Type = (uint)value.Type;
        else if (value.Type != DataType.Unknown) throw NotForParameter(parameter);
        switch (value.Wire)
        {
            case WireKind.None: break;
            case WireKind.Int: wire.IntValue = unchecked((uint)value.Bits); break;
            case WireKind.Long: wire.LongValue = value.Bits; break;
            case WireKind.Float: wire.FloatValue = BitConverter.UInt32BitsToSingle((uint)value.Bits); break;
            case WireKind.Double: wire.DoubleValue = BitConverter.UInt64BitsToDouble(value.Bits); break;
            case WireKind.Boolean: wire.BooleanValue = value.Bits != 0; break;
            case WireKind.String: wire.StringValue = value.AsString(); break;
            default: throw NotForParameter(parameter);
        }
        return wire;
    }

    private static ArgumentException NotForParameter(TemplateParameter parameter) =>
        new($"parameter {MetricText.Show(parameter.Name)}: a {parameter.Value.Type} cannot be the value of a Template parameter", nameof(parameter));

    private static bool TryMembers(
        Wire.Payload.Types.Template wire, bool isDefinition, List<PropertyFault> propertyFaults, out Metric[] members, out string fault)
    {
        fault = "";
        members = new Metric[wire.Metrics.Count];
        for (var i = 0; i < members.Length; i++)
        {
            var first = propertyFaults.Count;
            if (!MetricDecoder.TryDecode(wire.Metrics[i], isDefinition, propertyFaults, out var member, out var why))
                return Faults.Fail($"member {MetricDecoder.Describe(wire.Metrics[i])}: {why}", out fault);
            members[i] = member;
            for (var j = first; j < propertyFaults.Count; j++) propertyFaults[j] = Within(MetricDecoder.Describe(wire.Metrics[i]), propertyFaults[j]);
        }
        return true;
    }

    private static PropertyFault Within(string member, PropertyFault fault)
    {
        Faults.Fail($"member {member}: {fault.Detail}", out var detail);
        return fault with { Detail = detail };
    }

    private static bool TryParameters(Wire.Payload.Types.Template wire, out TemplateParameter[] parameters, out string fault)
    {
        fault = "";
        parameters = new TemplateParameter[wire.Parameters.Count];
        for (var i = 0; i < parameters.Length; i++)
        {
            // tck-id-payloads-template-parameter-name-required
            if (!wire.Parameters[i].HasName) return Faults.Fail($"parameter {i} has no name", out fault);
            var name = wire.Parameters[i].Name;
            if (!TryParameter(wire.Parameters[i], out var value, out var why))
                return Faults.Fail($"parameter {MetricText.Show(name)}: {why}", out fault);
            parameters[i] = new TemplateParameter(name, value);
        }
        return true;
    }

    private static bool TryParameter(Wire.Payload.Types.Template.Types.Parameter wire, out MetricValue value, out string fault)
    {
        fault = "";
        value = default;
        // tck-id-payloads-template-parameter-type-value
        if (wire.HasType && (wire.Type > DataTypes.Last || !((DataType)wire.Type).IsBasic()))
            return Faults.Fail($"has the type {wire.Type}, which a parameter cannot have", out fault);
        switch (wire.ValueCase)
        {
            case Kind.None: break;
            case Kind.IntValue: value = Untyped.Int(wire.IntValue); break;
            case Kind.LongValue: value = Untyped.Long(wire.LongValue); break;
            case Kind.FloatValue: value = Untyped.Float(wire.FloatValue); break;
            case Kind.DoubleValue: value = Untyped.Double(wire.DoubleValue); break;
            case Kind.BooleanValue: value = Untyped.Boolean(wire.BooleanValue); break;
            case Kind.StringValue: value = Untyped.Text(wire.StringValue); break;
            default: return Faults.Extension(out fault);
        }
        return !wire.HasType || Faults.TryType(ref value, (DataType)wire.Type, out fault);
    }
}
