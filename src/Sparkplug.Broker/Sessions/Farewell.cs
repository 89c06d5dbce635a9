using Sparkplug.Broker.Packets;

namespace Sparkplug.Broker.Sessions;

/// <summary>
/// The last words to everyone: each 5.0 client is told that the server shuts down (0x8B). They wait until the disk has what was promised
/// before, so that durable subscribers get the Wills and publishers their acknowledgements first, but not for long.
/// </summary>
internal sealed class Farewell(BrokerEngine engine, Action? done) : IStoreWaiter, IDue
{
    private const int Patience = 2000;

    private bool _isSaid;

    /// <inheritdoc/>
    public long WaitsFor { get; set; }

    /// <summary>Speaks now, or when the disk has caught up.</summary>
    public void Begin()
    {
        var durability = engine.Durability;
        if (!durability.IsAccepting || durability.Promised <= durability.Committed)
        {
            Say();
            return;
        }

        durability.WaitFor(this, durability.Promised); // behind all who wait for the same batch
        engine.Deadlines.Add(this, engine.Clock.Now + Patience);
    }

    /// <inheritdoc/>
    public bool Settled()
    {
        Say();
        return false;
    }

    /// <inheritdoc/>
    public void Due(long now) => Say();

    private void Say()
    {
        if (_isSaid)
            return;
        _isSaid = true;
        try
        {
            foreach (var client in engine.Clients.ToList())
                client.End(ReasonCode.ServerShuttingDown, "the broker stops");
            engine.Durability.EndTurn();
        }
        finally
        {
            done?.Invoke();
        }
    }
}
