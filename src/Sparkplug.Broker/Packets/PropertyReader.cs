using System.Diagnostics.CodeAnalysis;

namespace Sparkplug.Broker.Packets;

/// <summary>
/// The properties of a 5.0 packet, one after the other (MQTT 5, 2.2.2): only those that the packet may have, each once but User Property,
/// and not too many.
/// </summary>
internal ref struct PropertyReader(BodyReader section, ulong allowed)
{
    /// <summary>The most properties in one packet: each costs time however short it is. Their bytes are bounded by the packet's size.</summary>
    public const int MaximumCount = 256;

    private BodyReader _section = section;
    private ulong _seen;
    private int _count;

    /// <summary>Where the identifier of the current property begins.</summary>
    public int Start { get; private set; }

    /// <summary>Reads the value of the current property.</summary>
    [UnscopedRef]
    public ref BodyReader Value => ref _section;

    /// <summary>Steps on to the next property, whose value must then be read; false behind the last.</summary>
    public bool TryNext(out PropertyId id)
    {
        id = default;
        if (_section.IsAtEnd)
            return false;
        Start = _section.Position;
        id = (PropertyId)_section.ReadVariableByteInteger("Property Identifier");
        if ((byte)id >= 64 || (allowed & Set(id)) == 0)
            throw NotAllowed(id);
        if ((_seen & Set(id)) != 0 && id != PropertyId.UserProperty)
            throw _section.ProtocolError(id.ToString(), "comes twice", "MQTT 5, 2.2.2.2");
        if (++_count > MaximumCount)
            throw _section.Violation(ReasonCode.QuotaExceeded, "Properties", $"are more than {MaximumCount}", BodyReader.ServersLimit);
        _seen |= Set(id);
        return true;
    }

    public readonly bool Has(PropertyId id) => (_seen & Set(id)) != 0;

    /// <summary>Reads over a property that only the log of a server could use: Reason String, User Property.</summary>
    public void Skip(PropertyId id)
    {
        _section.ReadUtf8(id.ToString());
        if (id == PropertyId.UserProperty)
            _section.ReadUtf8("UserProperty's value");
    }

    /// <summary>A set of properties.</summary>
    public static ulong Set(params ReadOnlySpan<PropertyId> ids)
    {
        var set = 0UL;
        foreach (var id in ids)
            set |= 1UL << (byte)id;
        return set;
    }

    private static ulong Set(PropertyId id) => 1UL << (byte)id;

    private readonly MqttViolation NotAllowed(PropertyId id) => Enum.IsDefined(id)
        ? _section.Malformed(id.ToString(), "is not a property of this packet", "MQTT 5, 2.2.2.2")
        : _section.Malformed("Property Identifier", "is unknown", "MQTT 5, 2.2.2.2");
}
