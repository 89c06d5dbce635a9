namespace Sparkplug.Metrics;

/// <summary>The data types of Sparkplug 3.0 (6.4.16), named and numbered as there.</summary>
public enum DataType : byte
{
    /// <summary>Not a type that may be published.</summary>
    Unknown = 0,

    /// <summary>Signed 8-bit integer.</summary>
    Int8 = 1,

    /// <summary>Signed 16-bit integer.</summary>
    Int16 = 2,

    /// <summary>Signed 32-bit integer.</summary>
    Int32 = 3,

    /// <summary>Signed 64-bit integer.</summary>
    Int64 = 4,

    /// <summary>Unsigned 8-bit integer.</summary>
    UInt8 = 5,

    /// <summary>Unsigned 16-bit integer.</summary>
    UInt16 = 6,

    /// <summary>Unsigned 32-bit integer.</summary>
    UInt32 = 7,

    /// <summary>Unsigned 64-bit integer.</summary>
    UInt64 = 8,

    /// <summary>IEEE 754 single.</summary>
    Float = 9,

    /// <summary>IEEE 754 double.</summary>
    Double = 10,

    /// <summary>True or false.</summary>
    Boolean = 11,

    /// <summary>UTF-8 text.</summary>
    String = 12,

    /// <summary>UTC milliseconds since 1970-01-01.</summary>
    DateTime = 13,

    /// <summary>UTF-8 text, usually longer.</summary>
    Text = 14,

    /// <summary>A UUID as text.</summary>
    UUID = 15,

    /// <summary>A table.</summary>
    DataSet = 16,

    /// <summary>Raw bytes.</summary>
    Bytes = 17,

    /// <summary>A file's bytes; its name is in the metadata.</summary>
    File = 18,

    /// <summary>A Template definition or instance.</summary>
    Template = 19,

    /// <summary>Properties; only as the value of a property.</summary>
    PropertySet = 20,

    /// <summary>A list of property sets; only as the value of a property.</summary>
    PropertySetList = 21,

    /// <summary>Array of signed 8-bit integers.</summary>
    Int8Array = 22,

    /// <summary>Array of signed 16-bit integers.</summary>
    Int16Array = 23,

    /// <summary>Array of signed 32-bit integers.</summary>
    Int32Array = 24,

    /// <summary>Array of signed 64-bit integers.</summary>
    Int64Array = 25,

    /// <summary>Array of unsigned 8-bit integers.</summary>
    UInt8Array = 26,

    /// <summary>Array of unsigned 16-bit integers.</summary>
    UInt16Array = 27,

    /// <summary>Array of unsigned 32-bit integers.</summary>
    UInt32Array = 28,

    /// <summary>Array of unsigned 64-bit integers.</summary>
    UInt64Array = 29,

    /// <summary>Array of singles.</summary>
    FloatArray = 30,

    /// <summary>Array of doubles.</summary>
    DoubleArray = 31,

    /// <summary>Array of booleans.</summary>
    BooleanArray = 32,

    /// <summary>Array of texts without U+0000.</summary>
    StringArray = 33,

    /// <summary>Array of UTC milliseconds since 1970-01-01.</summary>
    DateTimeArray = 34,
}

/// <summary>What a <see cref="DataType"/> implies.</summary>
public static class DataTypes
{
    /// <summary>The largest number of the enumeration.</summary>
    public const uint Last = (uint)DataType.DateTimeArray;

    /// <summary>True for the types that a metric may have (tck-id-payloads-metric-datatype-value).</summary>
    public static bool IsForMetric(this DataType type) =>
        type is not (DataType.Unknown or DataType.PropertySet or DataType.PropertySetList) && (uint)type <= Last;

    /// <summary>
    /// True for the basic types, which DataSet cells, Template parameters and properties may have
    /// (tck-id-payloads-dataset-types-value). DateTime, Text and UUID are counted in, as peers do.
    /// </summary>
    public static bool IsBasic(this DataType type) => type is >= DataType.Int8 and <= DataType.UUID;

    /// <summary>True for the types that a property may have (tck-id-payloads-metric-propertyvalue-type-value).</summary>
    public static bool IsForProperty(this DataType type) =>
        type.IsBasic() || type is DataType.PropertySet or DataType.PropertySetList;

    /// <summary>True for 22 to 34.</summary>
    public static bool IsArray(this DataType type) => type is >= DataType.Int8Array and <= DataType.DateTimeArray;
}
