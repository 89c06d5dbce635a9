namespace Benchmarks.Generator;

/// <summary>Messages of which each is known by its stamp, and which of them the broker has acknowledged. One at a time for each node.</summary>
internal sealed class PromisedMessages(Fleet fleet, Publication publication)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly long[] _stamps = new long[fleet.Nodes.Count];
    private readonly List<long> _acknowledged = [];
    private long _stamp;

    /// <summary>Publishes until so many are acknowledged, kills the broker, and returns the stamps of all whose PUBACK has arrived.</summary>
    public IReadOnlyList<long> PublishUntilAcknowledged(int count, Action kill)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (_acknowledged.Count < count)
        {
            for (var number = 0; number < _stamps.Length; number++)
            {
                TakePuback(number);
                if (fleet.Nodes[number].Unacknowledged == 0)
                    Publish(number);
            }

            if (TimeProvider.System.GetElapsedTime(start) > Patience)
                throw new CaseFailedException($"Only {_acknowledged.Count} of {count} messages were acknowledged within {Patience.TotalSeconds:F0} s.");
        }

        kill();
        for (var number = 0; number < _stamps.Length; number++)
            TakeLastPuback(number);
        return _acknowledged;
    }

    private void Publish(int number)
    {
        publication.Stamp(++_stamp);
        if (!publication.TrySend(fleet.Nodes[number].Link, number))
            return;
        _stamps[number] = _stamp;
        fleet.Nodes[number].Unacknowledged = 1;
    }

    private void TakePuback(int number)
    {
        if (fleet.Nodes[number].Unacknowledged > 0 && fleet.Nodes[number].TakePubacks() > 0 && _stamps[number] > 0) // 0: of the load before
            _acknowledged.Add(_stamps[number]);
    }

    /// <summary>What had arrived before the broker died still counts.</summary>
    private void TakeLastPuback(int number)
    {
        try
        {
            TakePuback(number);
        }
        catch (LinkClosedException)
        {
            // It had sent no acknowledgement.
        }
    }
}
