using System.Collections.Concurrent;
using EdgeNode.Devices;

namespace EdgeNode.Serial;

/// <summary>Which port has which board: an identity is on one port at a time.</summary>
internal sealed class BoardRegistry
{
    private readonly ConcurrentDictionary<BoardId, PortSession> _boards = new();

    /// <summary>Takes an identity for a port.</summary>
    /// <returns>False while another port has it.</returns>
    public bool TryClaim(BoardId id, PortSession session) => _boards.GetOrAdd(id, session) == session;

    public void Release(BoardId id, PortSession session) => _boards.TryRemove(KeyValuePair.Create(id, session));

    public PortSession? Find(BoardId id) => _boards.GetValueOrDefault(id);
}
