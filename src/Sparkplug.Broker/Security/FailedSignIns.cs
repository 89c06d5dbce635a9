namespace Sparkplug.Broker.Security;

/// <summary>
/// Slows down who fails: after a few wrong passwords for one user from one source, each further check of that pair has to wait, longer with
/// each failure. Other sources, and checks that were remembered, are not affected. Who shares the source (a NAT) with somebody who guesses
/// his password, and is not remembered, waits with him.
/// </summary>
/// <remarks>May be used on any thread.</remarks>
internal sealed class FailedSignIns(TimeProvider time)
{
    /// <summary>A person mistypes a password twice.</summary>
    public const int FreeFailures = 3;

    /// <summary>Each pair is some hundred bytes; where there are more, those that were quiet for longest are forgotten.</summary>
    public const int MaximumPairs = 10_000;

    public static readonly TimeSpan FirstDelay = TimeSpan.FromSeconds(1), LongestDelay = TimeSpan.FromSeconds(30), ForgetAfter = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<UInt128, Pair> _pairs = [];

    /// <summary>Whether exactly these credentials were the last ones to fail: a client that is set up wrongly costs one check, not one each time.</summary>
    public bool IsKnownWrong(UInt128 pair, UInt128 credentials)
    {
        lock (_lock)
            return _pairs.TryGetValue(pair, out var failed) && failed.LastCredentials == credentials;
    }

    /// <summary>Takes the next turn of a pair.</summary>
    /// <returns>How long it has to wait for it, or null when others wait already as long as anyone may.</returns>
    public TimeSpan? Reserve(UInt128 pair)
    {
        lock (_lock)
        {
            if (!_pairs.TryGetValue(pair, out var failed) || DelayAfter(failed.Count) is var delay && delay == TimeSpan.Zero)
                return TimeSpan.Zero;
            var now = time.GetUtcNow();
            var turn = failed.NextTurn > now ? failed.NextTurn : now;
            if (turn - now > LongestDelay)
                return null;
            failed.NextTurn = turn + delay;
            return turn - now;
        }
    }

    /// <summary>A check has failed.</summary>
    public void Failed(UInt128 pair, UInt128 credentials)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (!_pairs.TryGetValue(pair, out var failed) || now - failed.Last > ForgetAfter)
            {
                if (failed is null && _pairs.Count >= MaximumPairs)
                    _pairs.Remove(_pairs.MinBy(one => one.Value.Last).Key);
                _pairs[pair] = failed = new Pair();
            }

            failed.Count++;
            failed.Last = now;
            failed.LastCredentials = credentials;
            var next = now + DelayAfter(failed.Count);
            if (next > failed.NextTurn)
                failed.NextTurn = next;
        }
    }

    /// <summary>A check was right: nothing is held against the pair any more.</summary>
    public void Succeeded(UInt128 pair)
    {
        lock (_lock)
            _pairs.Remove(pair);
    }

    private static TimeSpan DelayAfter(int failures)
    {
        if (failures < FreeFailures)
            return TimeSpan.Zero;
        var doubled = FirstDelay * Math.Pow(2, Math.Min(failures - FreeFailures, 10));
        return doubled < LongestDelay ? doubled : LongestDelay;
    }

    private sealed class Pair
    {
        public int Count { get; set; }

        public DateTimeOffset Last { get; set; }

        public DateTimeOffset NextTurn { get; set; }

        public UInt128 LastCredentials { get; set; }
    }
}
