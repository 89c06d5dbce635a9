namespace Sparkplug.Payloads;

/// <summary>The messages of the Sparkplug B schema, as far as <see cref="WireScanner"/> walks them.</summary>
internal enum WireMessage : byte
{
    Payload,
    Metric,
    MetaData,
    PropertySet,
    PropertyValue,
    PropertySetList,
    DataSet,
    Row,
    Cell,
    Template,
    Parameter,
}

/// <summary>What a field holds.</summary>
internal enum WireContent : byte
{
    /// <summary>Bytes, a number of 64 bits, an extension or a field that the schema does not know.</summary>
    Other,

    /// <summary>A number of 32 bits.</summary>
    UInt32,

    /// <summary>Text in UTF-8.</summary>
    Text,

    /// <summary>Numbers of 32 bits, packed or not.</summary>
    UInt32List,

    /// <summary>Another message.</summary>
    Message,
}

/// <summary>One field of the schema.</summary>
/// <param name="Content">What it holds.</param>
/// <param name="Message">Which message it holds.</param>
/// <param name="IsRepeated">True where the field may occur many times.</param>
/// <param name="IsNesting">True for the messages that can hold their own kind again.</param>
internal readonly record struct WireField(WireContent Content, WireMessage Message = default, bool IsRepeated = false, bool IsNesting = false)
{
    private static readonly WireField Number = new(WireContent.UInt32);
    private static readonly WireField Text = new(WireContent.Text);
    private static readonly WireField Texts = new(WireContent.Text, IsRepeated: true);

    /// <summary>Looks a field up; the numbers are those of sparkplug_b.proto.</summary>
    public static WireField Of(WireMessage message, uint number) => (message, number) switch
    {
        (WireMessage.Payload, 2) => Many(WireMessage.Metric),
        (WireMessage.Payload, 4) => Text,
        (WireMessage.Metric, 1 or 15) => Text,
        (WireMessage.Metric, 4 or 10) => Number,
        (WireMessage.Metric, 8) => One(WireMessage.MetaData),
        (WireMessage.Metric, 9) => Nesting(WireMessage.PropertySet),
        (WireMessage.Metric, 17) => One(WireMessage.DataSet),
        (WireMessage.Metric, 18) => Nesting(WireMessage.Template),
        (WireMessage.MetaData, 2 or 5 or 6 or 7 or 8) => Text,
        (WireMessage.PropertySet, 1) => Texts,
        (WireMessage.PropertySet, 2) => Many(WireMessage.PropertyValue),
        (WireMessage.PropertyValue, 1 or 3) => Number,
        (WireMessage.PropertyValue, 8) => Text,
        (WireMessage.PropertyValue, 9) => Nesting(WireMessage.PropertySet),
        (WireMessage.PropertyValue, 10) => Nesting(WireMessage.PropertySetList),
        (WireMessage.PropertySetList, 1) => Nesting(WireMessage.PropertySet) with { IsRepeated = true },
        (WireMessage.DataSet, 2) => Texts,
        (WireMessage.DataSet, 3) => new WireField(WireContent.UInt32List, IsRepeated: true),
        (WireMessage.DataSet, 4) => Many(WireMessage.Row),
        (WireMessage.Row, 1) => Many(WireMessage.Cell),
        (WireMessage.Cell, 1) => Number,
        (WireMessage.Cell, 6) => Text,
        (WireMessage.Template, 1 or 4) => Text,
        (WireMessage.Template, 2) => Many(WireMessage.Metric),
        (WireMessage.Template, 3) => Many(WireMessage.Parameter),
        (WireMessage.Parameter, 1 or 8) => Text,
        (WireMessage.Parameter, 2 or 3) => Number,
        _ => default,
    };

    private static WireField One(WireMessage message) => new(WireContent.Message, message);

    private static WireField Many(WireMessage message) => new(WireContent.Message, message, IsRepeated: true);

    private static WireField Nesting(WireMessage message) => new(WireContent.Message, message, IsNesting: true);
}
