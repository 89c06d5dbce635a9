namespace HostApp.Commands;

/// <summary>Where a command stands. All but <see cref="Pending"/> are final.</summary>
internal enum CommandState
{
    /// <summary>Sent; the outcome is not known yet.</summary>
    Pending,

    /// <summary>The edge node reported that it was done.</summary>
    Confirmed,

    /// <summary>The edge node refused it, or it could not be sent.</summary>
    Rejected,

    /// <summary>Nobody reported an outcome in time; it may have been done all the same.</summary>
    TimedOut,

    /// <summary>A newer command for the same metric took its place before an outcome was known.</summary>
    Superseded,
}

/// <summary>By what the outcome of a command is known.</summary>
internal enum CommandProof
{
    /// <summary>Our own edge nodes answer each command by its id in the metric <c>Command/Result</c>.</summary>
    Result,

    /// <summary>Foreign edge nodes do not answer: the metric's value is compared with what was commanded.</summary>
    Value,

    /// <summary>A rebirth is proved by the birth (tck-id-operational-behavior-data-commands-ncmd-rebirth-name).</summary>
    Birth,
}
