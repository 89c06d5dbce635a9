namespace Benchmarks.Generator;

/// <summary>
/// As many messages as the broker delivers: the nodes write in turn, and so much is on its way that the broker never waits and never
/// has to drop (a closed loop). Deliveries are counted, not sends.
/// </summary>
internal sealed class ClosedLoad(Fleet fleet, Publication publication, int window)
{
    private const int WritesAtOnce = 64;
    private const int WakeAtBytes = 64 * 1024;
    private const int BurstsInFlight = 4; // of one node at QoS 1
    private const int BusyNodes = 8; // in a row: their PUBACKs come in the order of the writes, so those behind them have none either
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly long _before = fleet.DeliveredToAll();
    private long _sent, _delivered;
    private int _next;

    /// <summary>Runs and measures; afterwards nothing is on its way any more.</summary>
    public Measurement Run(TimeSpan warmUp, TimeSpan measured, Func<TimeSpan> brokerCpu)
    {
        foreach (var host in fleet.Hosts)
            host.Link.WakeAt(WakeAtBytes); // a wake-up for each message would cost the generator more than the message
        RunFor(warmUp);
        var start = Reading.Take(fleet, brokerCpu);
        RunFor(measured);
        var end = Reading.Take(fleet, brokerCpu);
        Drain();
        return Measurement.Between(start, end);
    }

    private void RunFor(TimeSpan time)
    {
        var start = TimeProvider.System.GetTimestamp();
        var progress = (At: start, Delivered: _delivered);
        while (TimeProvider.System.GetElapsedTime(start) < time)
        {
            var isFull = !SendSome();
            Receive(isFull ? 1 : 0);
            if (_delivered != progress.Delivered)
                progress = (TimeProvider.System.GetTimestamp(), _delivered);
            else if (TimeProvider.System.GetElapsedTime(progress.At) > Patience)
                throw Stalled();
        }
    }

    /// <summary>False: the window, or each node, is full.</summary>
    private bool SendSome()
    {
        var skipped = 0;
        for (var writes = 0; writes < WritesAtOnce;)
        {
            if (_sent + publication.Burst - _delivered > window || skipped == BusyNodes)
                return false;
            var number = _next;
            _next = number + 1 == fleet.Nodes.Count ? 0 : number + 1;
            if (!TrySend(fleet.Nodes[number], number))
            {
                skipped++;
                continue;
            }

            _sent += publication.Burst;
            writes++;
        }

        return true;
    }

    private bool TrySend(EdgeNode node, int number)
    {
        const int Most = BurstsInFlight - 1;
        if (node.Unacknowledged > Most * publication.Burst && (node.TakePubacks() == 0 || node.Unacknowledged > Most * publication.Burst))
            return false;
        if (!publication.TrySend(node.Link, number))
            return false;
        if (publication.Qos > 0)
            node.Unacknowledged += publication.Burst;
        return true;
    }

    private void Receive(int milliseconds)
    {
        // Fewer bytes than wake the event loop may be all there is: look for them when it has slept in vain.
        if (!fleet.ReceiveAtHosts(milliseconds) && milliseconds > 0)
            foreach (var host in fleet.Hosts)
                host.Receive();
        _delivered = fleet.DeliveredToAll() - _before;
    }

    private void Drain()
    {
        var start = TimeProvider.System.GetTimestamp();
        while (_delivered < _sent)
        {
            Receive(1);
            foreach (var node in fleet.Nodes)
                if (node.Link.HasUnsent) node.Link.TryFlush();
            if (TimeProvider.System.GetElapsedTime(start) > Patience)
                throw Stalled();
        }
    }

    private CaseFailedException Stalled() => new($"{_sent - _delivered} of {_sent} messages have not come within {Patience.TotalSeconds:F0} s: dropped.");
}
