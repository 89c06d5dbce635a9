namespace Sparkplug.Metrics;

/// <summary>Metadata of a metric (Sparkplug 3.0, 6.4.7), mostly about Bytes and File values that come in parts.</summary>
public sealed record MetaData
{
    /// <summary>True where the value is one part of a larger one.</summary>
    public bool? IsMultiPart { get; init; }

    /// <summary>Content or media type.</summary>
    public string? ContentType { get; init; }

    /// <summary>Size in bytes.</summary>
    public ulong? Size { get; init; }

    /// <summary>Number of the part.</summary>
    public ulong? Seq { get; init; }

    /// <summary>Name of the file.</summary>
    public string? FileName { get; init; }

    /// <summary>Type of the file, such as <c>xml</c>.</summary>
    public string? FileType { get; init; }

    /// <summary>MD5 of the whole.</summary>
    public string? Md5 { get; init; }

    /// <summary>Free text.</summary>
    public string? Description { get; init; }
}
