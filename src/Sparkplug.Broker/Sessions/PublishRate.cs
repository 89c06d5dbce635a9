namespace Sparkplug.Broker.Sessions;

/// <summary>A bucket of PUBLISH packets: a second's worth may come at once, then as many as the rate lets through.</summary>
/// <param name="perSecond">0 for no limit.</param>
internal struct PublishRate(int perSecond)
{
    private long _emptyAt;

    /// <summary>Takes one packet; returns for how many milliseconds the client has to pause.</summary>
    public int Take(long now)
    {
        if (perSecond == 0)
            return 0;
        _emptyAt = Math.Max(_emptyAt, now * perSecond) + 1000;
        var ahead = _emptyAt / perSecond - now - 1000;
        return ahead > 0 ? (int)ahead : 0;
    }
}

/// <summary>Reads a client more slowly when it publishes faster than it may, or faster than the disk takes it.</summary>
internal sealed class Throttle(BrokerEngine engine)
{
    /// <summary>Bytes on their way to the disk beyond which publishers wait.</summary>
    private const long HighWater = 64L << 20;

    private readonly HashSet<Client> _waitForDisk = [];

    /// <summary>Called after each PUBLISH.</summary>
    public void After(Client client, ref PublishRate rate)
    {
        if (engine.Limits.PublishRate > 0 && rate.Take(engine.Clock.Now) is var pause and > 0)
        {
            client.Wait(Waits.ForRate);
            engine.Deadlines.Add(new RateOver(client), engine.Clock.Now + pause);
        }

        if (engine.Durability.Backlog > HighWater && _waitForDisk.Add(client))
            client.Wait(Waits.ForDisk);
    }

    /// <summary>The disk has taken a batch.</summary>
    public void DiskMoved()
    {
        if (_waitForDisk.Count == 0 || engine.Durability.Backlog > HighWater / 2)
            return;
        Client[] waiting = [.. _waitForDisk];
        _waitForDisk.Clear();
        foreach (var client in waiting)
            client.StopWaiting(Waits.ForDisk);
    }

    /// <summary>The client is gone.</summary>
    public void Forget(Client client) => _waitForDisk.Remove(client);

    private sealed class RateOver(Client client) : IDue
    {
        public void Due(long now) => client.StopWaiting(Waits.ForRate);
    }
}
