using EdgeNode.Devices;

namespace EdgeNode.Serial;

/// <summary>What is known of one port over all its openings. Its loop writes, anyone reads.</summary>
internal sealed class Port(string path)
{
    private volatile PortSnapshot _snapshot = new(path, "", PortState.Absent, "nothing is plugged in", null, new LinkCounters());

    public string Path { get; } = path;

    public PortSnapshot Snapshot => _snapshot;

    public LinkCounters Counters => _snapshot.Counters;

    /// <summary>Notes where the port stands.</summary>
    /// <returns>False when that is what was known already.</returns>
    public bool TryEnter(PortState state, string device, string why)
    {
        var last = _snapshot;
        _snapshot = last with { State = state, Device = device, Why = why };
        return last.State != state || last.Why != why;
    }

    public void Note(BoardId? board) => _snapshot = _snapshot with { Board = board };
}
