using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Sparkplug.Configuration;

namespace Sparkplug.Broker.Connections;

/// <summary>Something with a descriptor that the loop watches.</summary>
internal interface IWatched
{
    /// <summary>It is ready for <paramref name="events"/>.</summary>
    void Ready(uint events);

    /// <summary>A mistake of ours in handling it: it cannot go on.</summary>
    void Fail();
}

/// <summary>
/// The broker's one thread: it reads what has come on all connections, lets the engine handle it, and sends what that made, each
/// connection's output in one call. What it owns needs no lock; other threads hand it work with <see cref="Post(Action)"/>.
/// </summary>
/// <remarks>
/// The busier it is, the more comes and goes in one turn, and the less a message costs. One turn: wait, read each ready connection once,
/// due timers, posted work, ends of connections, <see cref="IAcceptor.Turn"/>, send.
/// </remarks>
internal sealed class BrokerLoop : IDisposable
{
    private const int InputSize = 256 * 1024;

    /// <summary>How long <see cref="Stop"/> lets connections send what they have.</summary>
    private static readonly TimeSpan StopPatience = SocketConnection.ClosePatience + TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Epoll _epoll;
    private readonly Wake _wake;
    private readonly ConcurrentQueue<(Action<object?> Work, object? State)> _posted = new();
    private readonly PriorityQueue<Action, long> _timers = new();
    private readonly HashSet<Connection> _connections = [];
    private readonly List<SocketConnection> _dirty = [], _resumed = [], _ended = [];
    private readonly List<SocketConnection> _handling = [];
    private readonly LoopDelay _delay = new();
    private IWatched?[] _watched = new IWatched?[64];
    private Thread? _thread;
    private int _threadId;
    private long _turnedAt;
    private bool _isStopping;

    /// <exception cref="ConfigurationFaultException">This is not Linux.</exception>
    public BrokerLoop(TimeProvider time, ILogger<BrokerLoop> logger)
    {
        if (!OperatingSystem.IsLinux())
            throw new ConfigurationFaultException("broker", "runs on Linux only: its connections are built on epoll");
        (_time, _logger) = (time, logger);
        _epoll = new Epoll();
        _wake = new Wake();
        Watch(_wake.Descriptor, _wake, Native.Readable);
    }

    /// <summary>Where bytes are received: one block for all connections, since only one is looked at at a time.</summary>
    public byte[] Input { get; } = GC.AllocateUninitializedArray<byte>(InputSize, pinned: true);

    /// <summary>Where input is decrypted, for the same reason.</summary>
    public byte[] Plain { get; } = GC.AllocateUninitializedArray<byte>(InputSize, pinned: true);

    /// <summary>Whether the caller is on the loop.</summary>
    public bool IsCurrent => Environment.CurrentManagedThreadId == _threadId;

    /// <summary>The connections that are open, those among them that only wait for the peer's goodbye included.</summary>
    public int ConnectionCount => _connections.Count;

    /// <summary>How long what comes now has to wait for its turn. On the loop only.</summary>
    public TimeSpan Delay => _delay.Mean;

    /// <summary>Starts the thread.</summary>
    public void Start(IAcceptor acceptor)
    {
        _thread = new Thread(() => Run(acceptor)) { Name = "Broker loop", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Runs work on the loop, in the order of the calls, this turn or the next. From any thread, before the start too.</summary>
    public void Post(Action work) => Post(static state => ((Action)state!)(), work);

    /// <inheritdoc cref="Post(Action)"/>
    public void Post(Action<object?> work, object? state)
    {
        _posted.Enqueue((work, state));
        _wake.Up();
    }

    /// <summary>Runs work on the loop after a time. On the loop only.</summary>
    public void After(TimeSpan delay, Action work) =>
        _timers.Enqueue(work, _time.GetTimestamp() + (long)(delay.TotalSeconds * _time.TimestampFrequency));

    /// <summary>Closes every connection that is left, each with a few seconds for its output, and ends the thread. Not on the loop.</summary>
    /// <param name="farewell">What comes before that, on the loop; it calls what it is given when it has ended.</param>
    public void Stop(Action<Action>? farewell = null)
    {
        if (_thread is not { } thread)
            return;
        Post(() => BeginStop(farewell));
        thread.Join();
        _thread = null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stop();
        _epoll.Dispose();
        _wake.Dispose();
    }

    /// <summary>Watches a descriptor; closing it ends that.</summary>
    internal void Watch(int descriptor, IWatched watched, uint events)
    {
        if (descriptor >= _watched.Length)
            Array.Resize(ref _watched, Math.Max(descriptor + 1, 2 * _watched.Length));
        _watched[descriptor] = watched;
        _epoll.Add(descriptor, events);
    }

    /// <summary>Changes what a descriptor is watched for.</summary>
    internal void Watch(int descriptor, uint events) => _epoll.Modify(descriptor, events);

    /// <summary>Watches it no more; it is closed next.</summary>
    internal void Unwatch(int descriptor) => _watched[descriptor] = null;

    internal void Opened(Connection connection)
    {
        _connections.Add(connection);
        if (_isStopping)
            connection.Abort();
    }

    /// <summary>It holds nothing any more.</summary>
    internal void Closed(Connection connection) => _connections.Remove(connection);

    /// <summary>Has output to send at the end of the turn.</summary>
    internal void Dirty(SocketConnection connection) => _dirty.Add(connection);

    /// <summary>Reads on in the next turn, and may have input that was left over.</summary>
    internal void Resumed(SocketConnection connection) => _resumed.Add(connection);

    /// <summary>Is over; its owner is told before the engine's turn.</summary>
    internal void Ended(SocketConnection connection) => _ended.Add(connection);

    private bool HasWork => !_posted.IsEmpty || _dirty.Count + _resumed.Count + _ended.Count > 0;

    private void Run(IAcceptor acceptor)
    {
        _threadId = Environment.CurrentManagedThreadId;
        _turnedAt = _time.GetTimestamp();
        Func<int> turn = acceptor.Turn, sent = acceptor.Sent;
        var wait = 0;
        while (!_isStopping || _connections.Count > 0)
        {
            _delay.Worked(SinceLastLook());
            var ready = Wait(wait);
            _delay.Rested(SinceLastLook());
            ReadReady(ready);
            RunTimers();
            RunPosted();
            Each(_resumed, static connection => connection.GoOn());
            Each(_ended, static connection => connection.Finish());
            wait = Guard(turn);
            Each(_dirty, static connection => connection.SendDirty());
            wait = Sooner(wait, Guard(sent));
        }
    }

    private TimeSpan SinceLastLook()
    {
        var before = _turnedAt;
        _turnedAt = _time.GetTimestamp();
        return _time.GetElapsedTime(before, _turnedAt);
    }

    private int Wait(int milliseconds)
    {
        milliseconds = Sooner(milliseconds, UntilNextTimer());
        if (milliseconds == 0 || HasWork)
            return _epoll.Wait(0);
        _wake.Armed();
        var ready = _epoll.Wait(HasWork ? 0 : milliseconds);
        _wake.Disarmed();
        return ready;
    }

    private static int Sooner(int left, int right) => left < 0 ? right : right < 0 ? left : Math.Min(left, right);

    private void ReadReady(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var (descriptor, events) = _epoll[i];
            if (_watched[descriptor] is not { } watched)
                continue;
            try
            {
                watched.Ready(events);
            }
            catch (Exception fault)
            {
                _logger.ConnectionFaulted(fault);
                watched.Fail();
            }
        }
    }

    private int UntilNextTimer()
    {
        if (!_timers.TryPeek(out _, out var due))
            return -1;
        var left = _time.GetElapsedTime(_time.GetTimestamp(), due).TotalMilliseconds;
        return (int)Math.Clamp(Math.Ceiling(left), 0, int.MaxValue);
    }

    private void RunTimers()
    {
        while (_timers.TryPeek(out var work, out var due) && due <= _time.GetTimestamp())
        {
            _timers.Dequeue();
            Guard(static state => ((Action)state!)(), work);
        }
    }

    /// <summary>What is there now and not what that posts in turn: the sockets must have their turn as well.</summary>
    private void RunPosted()
    {
        for (var left = _posted.Count; left > 0 && _posted.TryDequeue(out var posted); left--)
            Guard(posted.Work, posted.State);
    }

    private void Guard(Action<object?> work, object? state)
    {
        try
        {
            work(state);
        }
        catch (Exception fault)
        {
            _logger.LoopWorkFaulted(fault);
        }
    }

    /// <summary>Handles a list that may be filled anew while it is.</summary>
    private void Each(List<SocketConnection> waiting, Action<SocketConnection> handle)
    {
        if (waiting.Count == 0)
            return;
        _handling.AddRange(waiting);
        waiting.Clear();
        foreach (var connection in _handling)
        {
            try
            {
                handle(connection);
            }
            catch (Exception fault)
            {
                _logger.ConnectionFaulted(fault);
                connection.Fail();
            }
        }

        _handling.Clear();
    }

    private int Guard(Func<int> turn)
    {
        const int AfterFault = 100;
        try
        {
            return turn();
        }
        catch (Exception fault)
        {
            _logger.LoopWorkFaulted(fault);
            return AfterFault;
        }
    }

    private void BeginStop(Action<Action>? farewell)
    {
        try
        {
            if (farewell is not null)
            {
                farewell(BeginStop);
                return;
            }
        }
        catch (Exception fault)
        {
            _logger.LoopWorkFaulted(fault);
        }

        BeginStop();
    }

    private void BeginStop()
    {
        if (_isStopping)
            return;
        _isStopping = true;
        foreach (var connection in _connections)
            connection.Close();
        After(StopPatience, AbortAll);
    }

    private void AbortAll()
    {
        foreach (var connection in _connections)
            connection.Abort();
    }
}
