namespace Benchmarks.Generator;

/// <summary>
/// A set number of messages a second, evenly spaced, and how long each takes to its host. A message is stamped with the moment at which
/// it was due, so that a generator that comes late does not hide a broker that is slow. The thread spins: a timer would come too late.
/// </summary>
internal sealed class SteadyLoad(Fleet fleet, Publication publication, int perSecond) : IDeliveryWatcher
{
    private const int MostInFlight = 100_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly long _interval = TimeProvider.System.TimestampFrequency / perSecond;
    private bool _isMeasured;
    private long _sent, _turn, _before;

    public Latencies Latencies { get; } = new();

    public Measurement Run(TimeSpan warmUp, TimeSpan measured, Func<TimeSpan> brokerCpu)
    {
        _before = fleet.DeliveredToAll();
        foreach (var host in fleet.Hosts)
            host.Watcher = this;
        RunFor(warmUp);
        var start = Reading.Take(fleet, brokerCpu);
        _isMeasured = true;
        RunFor(measured);
        _isMeasured = false;
        var end = Reading.Take(fleet, brokerCpu);
        Drain();
        return Measurement.Between(start, end);
    }

    public void Delivered(ReadOnlySpan<byte> publish)
    {
        if (!_isMeasured)
            return;
        var due = SparkplugPayload.StampOf(publish[Packets.PayloadOffset(publish)..]);
        Latencies.Add(TimeProvider.System.GetElapsedTime(due, TimeProvider.System.GetTimestamp()));
    }

    private long InFlight => _sent - (fleet.DeliveredToAll() - _before);

    private void RunFor(TimeSpan time)
    {
        var start = TimeProvider.System.GetTimestamp();
        var end = start + (long)(time.TotalSeconds * TimeProvider.System.TimestampFrequency);
        for (var due = start; due < end;)
        {
            if (TimeProvider.System.GetTimestamp() >= due)
            {
                Send(due);
                due += _interval;
            }

            foreach (var host in fleet.Hosts)
                host.ReceiveOnce();
            if (InFlight > MostInFlight)
                throw new CaseFailedException($"{perSecond:N0} messages a second are more than the broker can deliver.");
        }
    }

    private void Send(long due)
    {
        publication.Stamp(due);
        for (var tries = 0; tries < fleet.Nodes.Count; tries++)
        {
            var number = (int)(_turn++ % fleet.Nodes.Count);
            if (!publication.TrySend(fleet.Nodes[number].Link, number))
                continue;
            _sent++;
            return;
        }

        throw new CaseFailedException("No node's connection takes anything any more.");
    }

    private void Drain()
    {
        var start = TimeProvider.System.GetTimestamp();
        while (InFlight > 0)
        {
            fleet.ReceiveAtHosts(1);
            if (TimeProvider.System.GetElapsedTime(start) > Patience)
                throw new CaseFailedException($"{InFlight} of {_sent} messages have not come: dropped.");
        }
    }
}
