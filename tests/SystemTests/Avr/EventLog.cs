namespace SystemTests.Avr;

/// <summary>Lines that came so far, and a way to wait for those that will come: nothing is missed between two waits.</summary>
internal sealed class EventLog
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private TaskCompletionSource _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _ended;

    /// <summary>How many lines there are: a place to wait from.</summary>
    public int Position
    {
        get
        {
            lock (_lock)
                return _lines.Count;
        }
    }

    /// <summary>Adds a line and wakes those who wait.</summary>
    public void Add(string line) => Change(() => _lines.Add(line));

    /// <summary>No line will come any more: who waits for one gets an error.</summary>
    public void End() => Change(() => _ended = true);

    /// <summary>All lines from a position on.</summary>
    public IReadOnlyList<string> From(int position)
    {
        lock (_lock)
            return _lines[position..];
    }

    /// <summary>Waits until what <paramref name="find"/> looks for is among the lines from <paramref name="position"/> on.</summary>
    public async Task<T> WaitAsync<T>(int position, TimeSpan deadline, string what, Func<IReadOnlyList<string>, T?> find)
        where T : class
    {
        long start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            (IReadOnlyList<string> lines, Task grown, bool ended) = Snapshot(position);
            if (find(lines) is { } found)
                return found;
            TimeSpan rest = deadline - TimeProvider.System.GetElapsedTime(start);
            if (ended || rest <= TimeSpan.Zero || !await HappensWithinAsync(grown, rest))
                throw new TimeoutException($"No {what} {(ended ? "before the end" : $"within {deadline}")}, but:\n{string.Join('\n', lines)}");
        }
    }

    private (IReadOnlyList<string> Lines, Task Grown, bool Ended) Snapshot(int position)
    {
        lock (_lock)
            return (_lines[position..], _grown.Task, _ended);
    }

    private void Change(Action change)
    {
        lock (_lock)
        {
            change();
            _grown.SetResult();
            _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private static async Task<bool> HappensWithinAsync(Task task, TimeSpan time)
    {
        try
        {
            await task.WaitAsync(time);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
