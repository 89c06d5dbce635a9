namespace Sparkplug.Metrics;

/// <summary>Which field of the payload's value oneof a value came in; all that is known of it where the datatype was left out.</summary>
public enum WireKind : byte
{
    /// <summary>No field was set.</summary>
    None,

    /// <summary>int_value: 32 bits.</summary>
    Int,

    /// <summary>long_value: 64 bits.</summary>
    Long,

    /// <summary>float_value.</summary>
    Float,

    /// <summary>double_value.</summary>
    Double,

    /// <summary>boolean_value.</summary>
    Boolean,

    /// <summary>string_value.</summary>
    String,

    /// <summary>bytes_value.</summary>
    Bytes,

    /// <summary>dataset_value.</summary>
    DataSet,

    /// <summary>template_value.</summary>
    Template,

    /// <summary>propertyset_value.</summary>
    PropertySet,

    /// <summary>propertysets_value.</summary>
    PropertySetList,

    /// <summary>extension_value; understood by nobody here.</summary>
    Extension,
}
