namespace EdgeNode.Serial;

/// <summary>Why a line is no frame; each is counted by its name (docs/serial-link.md, 7).</summary>
public enum FrameFaultKind
{
    /// <summary>No fault.</summary>
    None,

    /// <summary>The line does not end with <c>*</c> and four hexadecimal digits: noise, a sketch's own print, another language.</summary>
    Foreign,

    /// <summary>The CRC is wrong: damaged, or half a line.</summary>
    Crc,

    /// <summary>The line is longer than the link allows.</summary>
    Overlong,

    /// <summary>The CRC is right and the form is wrong: a bug of the sketch.</summary>
    Syntax,

    /// <summary>The CRC is right and the verb, or the type of a tag, is not known here: a newer board.</summary>
    Unknown,
}

/// <summary>Why a line is no frame, and where.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Detail">The same in words, with the field's name.</param>
/// <param name="Seq">The line's number where it could be read, so that the line does not also count as lost.</param>
public readonly record struct FrameFault(FrameFaultKind Kind, string Detail, ushort? Seq = null)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Kind}: {Detail}";
}
