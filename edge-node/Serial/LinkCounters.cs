namespace EdgeNode.Serial;

/// <summary>
/// What was counted on one port since the edge node started (docs/serial-link.md, 7). One thread counts; others may read a
/// figure that is a moment old.
/// </summary>
public sealed class LinkCounters
{
    /// <summary>Valid lines.</summary>
    public long Frames { get; internal set; }

    /// <summary>Lines that are no frame.</summary>
    public long Foreign { get; internal set; }

    /// <summary>Lines with a wrong CRC.</summary>
    public long Crc { get; internal set; }

    /// <summary>Lines over the limit.</summary>
    public long Overlong { get; internal set; }

    /// <summary>Lines and readings with a right CRC and a wrong form.</summary>
    public long Syntax { get; internal set; }

    /// <summary>Lines with an unknown verb, tags of an unknown type.</summary>
    public long Unknown { get; internal set; }

    /// <summary>Lines that did not arrive, by their numbers.</summary>
    public long Lost { get; internal set; }

    /// <summary>Restarts of boards.</summary>
    public long Resets { get; internal set; }

    /// <summary>Seconds in which a board said more than is allowed.</summary>
    public long Flood { get; internal set; }

    /// <summary>Repeated commands.</summary>
    public long Repeated { get; internal set; }

    /// <summary>Descriptions that were not complete or contradicted themselves.</summary>
    public long Refused { get; internal set; }

    /// <summary>Lines that the board received and threw away, as it says.</summary>
    public int BoardBad { get; internal set; }

    /// <summary>Lines with a verb that the board does not know, as it says.</summary>
    public int BoardUnknown { get; internal set; }

    /// <summary>Lines and readings that were thrown away for another reason than a wrong CRC.</summary>
    public long Dropped => Foreign + Overlong + Syntax + Unknown;

    internal void Count(FrameFaultKind kind)
    {
        switch (kind)
        {
            case FrameFaultKind.Foreign: Foreign++; break;
            case FrameFaultKind.Crc: Crc++; break;
            case FrameFaultKind.Overlong: Overlong++; break;
            case FrameFaultKind.Syntax: Syntax++; break;
            case FrameFaultKind.Unknown: Unknown++; break;
            default: throw new ArgumentOutOfRangeException(nameof(kind), kind, "no fault to count");
        }
    }
}
