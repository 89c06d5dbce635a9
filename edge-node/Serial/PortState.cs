namespace EdgeNode.Serial;

/// <summary>Where a port stands; its name is what the <c>Ports</c> metric shows.</summary>
public enum PortState
{
    /// <summary>No device is there.</summary>
    Absent,

    /// <summary>The device is there and cannot be opened.</summary>
    Failed,

    /// <summary>Closed, or about to be opened.</summary>
    Closed,

    /// <summary>Open; no board has described itself yet.</summary>
    Probing,

    /// <summary>A board is there and talks.</summary>
    Online,

    /// <summary>A board was there and says nothing any more.</summary>
    Silent,

    /// <summary>Something talks, in another language.</summary>
    Foreign,

    /// <summary>A board speaks a protocol version that is not spoken here.</summary>
    Unsupported,

    /// <summary>A board is there whose identity another port's board has already.</summary>
    DuplicateId,
}
