using EdgeNode.Devices;
using Sparkplug.Metrics;

namespace EdgeNode.Serial;

/// <summary>Where a <see cref="BoardLink"/> sends what is to be done, in order.</summary>
public interface IBoardLinkOutputs
{
    /// <summary>Write a line to the port; a failure is reported by <see cref="BoardLinkInput.Closed"/> afterwards.</summary>
    void Write(ReadOnlyMemory<byte> line);

    /// <summary>Take an identity for this port, until <see cref="BoardLost"/>.</summary>
    /// <returns>False while another port's board has it.</returns>
    bool TryClaim(BoardId id);

    /// <summary>The port's state changed.</summary>
    void StateChanged(PortState state, string why);

    /// <summary>A board is there, or the one that is there restarted or has other tags than before.</summary>
    void BoardReady(BoardDescription description);

    /// <summary>Values of the board that is ready.</summary>
    void Readings(BoardId board, Timestamp at, IReadOnlyList<Reading> readings);

    /// <summary>The board that was ready is gone.</summary>
    void BoardLost(BoardId board, string reason);

    /// <summary>What became of a <see cref="BoardLinkInput.Write"/>.</summary>
    void CommandDone(BoardCommand command, CommandOutcome outcome);

    /// <summary>A board without an identity is being given one.</summary>
    void AssigningId(BoardId board);

    /// <summary>A line was thrown away; it is counted already.</summary>
    void Faulted(FrameFault fault);

    /// <summary>A description was refused; it is counted and asked for again already.</summary>
    /// <param name="why">Why.</param>
    /// <param name="inRow">How many were refused since the last good one.</param>
    void DescriptionRefused(string why, int inRow);

    /// <summary>The port says too much: read nothing until then.</summary>
    void PauseReading(TimeSpan until);

    /// <summary>The port must be closed and taken as lost.</summary>
    void CloseDue(string why);
}
