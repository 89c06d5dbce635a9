namespace Sparkplug.Broker.Security;

/// <summary>
/// Passwords that wait to be checked. A check costs tens of milliseconds, so a few workers do them, taking turns between sources: a plant that
/// comes back all at once, or one who tries passwords, does not keep the others from signing in. What waits once stays, even if its client
/// has given up: it finds its place, or the answer, when it comes back. So a cold start of any size comes to its end.
/// </summary>
/// <remarks>May be used on any thread.</remarks>
internal sealed class PasswordQueue(Func<PasswordCheck, Verdict> check, int workers) : IDisposable
{
    /// <summary>
    /// One source may take as many places as are free: alone it gets half of them (a whole plant behind one NAT), and another one still
    /// finds half of the rest.
    /// </summary>
    public const int MaximumWaiting = 30_000;

    /// <summary>Different passwords for one user from one source that wait at a time.</summary>
    public const int MaximumOfOnePair = 5;

    private readonly Lock _lock = new();
    private readonly Dictionary<(Source, UInt128), PasswordCheck> _waiting = [];
    private readonly Dictionary<Source, Queue<PasswordCheck>> _bySource = [];
    private readonly Queue<Source> _turns = [];
    private readonly Dictionary<UInt128, int> _byPair = [];
    private int _running;
    private bool _isClosed;

    /// <summary>How many wait or are being checked.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _waiting.Count;
        }
    }

    /// <summary>Queues a check, or joins the same one that is waiting already; its verdict is <see cref="Verdict.Busy"/> at once where there is no place.</summary>
    public Task<Verdict> Add(PasswordCheck asked)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            if (_waiting.TryGetValue((asked.Source, asked.Credentials), out var same))
                return same.Verdict;
            var ofPair = _byPair.GetValueOrDefault(asked.Pair);
            if (ofPair >= MaximumOfOnePair)
                return Task.FromResult(Verdict.SlowedDown);
            var isFirst = !_bySource.TryGetValue(asked.Source, out var queue);
            if ((queue?.Count ?? 0) >= MaximumWaiting - _waiting.Count)
                return Task.FromResult(Verdict.Busy);
            if (isFirst)
            {
                _bySource[asked.Source] = queue = [];
                _turns.Enqueue(asked.Source);
            }

            queue!.Enqueue(asked);
            _byPair[asked.Pair] = ofPair + 1;
            _waiting[(asked.Source, asked.Credentials)] = asked;
            StartWorker_NeedsLock();
            return asked.Verdict;
        }
    }

    /// <summary>Those who wait are told that there is no answer.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isClosed = true;
            foreach (var left in _waiting.Values)
                left.Cancel();
            _waiting.Clear();
            _turns.Clear();
        }
    }

    private void StartWorker_NeedsLock()
    {
        if (_running >= workers)
            return;
        _running++;
        // A thread of its own: the pool's are for what does not take a core for seconds.
        _ = Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private void Work()
    {
        BackgroundThread.Yield();
        while (TryTake(out var next))
        {
            try
            {
                var verdict = check(next);
                Leave(next);
                next.Answer(verdict);
            }
            catch (Exception fault) // whoever waits gets it, and the next one is checked
            {
                Leave(next);
                next.Fail(fault);
            }
        }
    }

    private bool TryTake(out PasswordCheck next)
    {
        lock (_lock)
        {
            if (!_turns.TryDequeue(out var source))
            {
                _running--;
                next = null!;
                return false;
            }

            var queue = _bySource[source];
            next = queue.Dequeue();
            if (queue.Count > 0)
                _turns.Enqueue(source);
            else
                _bySource.Remove(source);
            return true;
        }
    }

    private void Leave(PasswordCheck done)
    {
        lock (_lock)
        {
            _waiting.Remove((done.Source, done.Credentials));
            if (_byPair[done.Pair] == 1)
                _byPair.Remove(done.Pair);
            else
                _byPair[done.Pair]--;
        }
    }
}
