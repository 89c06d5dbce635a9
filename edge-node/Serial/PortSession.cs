using System.Security.Cryptography;
using System.Threading.Channels;
using EdgeNode.Devices;
using Microsoft.Extensions.Logging;
using Sparkplug.Metrics;

namespace EdgeNode.Serial;

/// <summary>
/// One opening of one port: a reader fills the inbox, this loop alone steps the <see cref="BoardLink"/> and does what it says.
/// </summary>
internal sealed class PortSession : IBoardLinkOutputs
{
    // The reader waits when it is full, and then the driver, and at last the board's lines are lost and counted by their numbers.
    private const int InboxSize = 16;

    private static readonly TimeSpan WriteTime = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    private readonly Port _port;
    private readonly string _device;
    private readonly SerialConnection _connection;
    private readonly SerialContext _context;
    private readonly BoardLink _link;
    private readonly Channel<PortSignal> _inbox = Channel.CreateBounded<PortSignal>(InboxSize);
    private readonly Dictionary<BoardCommand, TaskCompletionSource<CommandOutcome>> _commands = [];
    private readonly Queue<ReadOnlyMemory<byte>> _lines = [];
    private readonly Queue<SerialEvent> _events = [];
    private readonly HashSet<BoardId> _released = [];
    private readonly HashSet<FrameFaultKind> _faultsLogged = [];
    private readonly long _start;
    private TimeSpan _stalled;
    private long _readAfter;
    private string? _end;

    public PortSession(Port port, string device, SerialConnection connection, SerialContext context)
    {
        _port = port;
        _device = device;
        _connection = connection;
        _context = context;
        _start = context.Clock.GetTimestamp();
        _link = new BoardLink(this, port.Counters, () => BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint))));
    }

    /// <summary>True once a board was online.</summary>
    public bool WasOnline { get; private set; }

    /// <summary>Runs until the port is lost or <paramref name="stopping"/>.</summary>
    /// <returns>Why it ended.</returns>
    public async Task<string> RunAsync(CancellationToken stopping)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        await using var timer = _context.Clock.CreateTimer(
            _ => _inbox.Writer.TryWrite(new PortSignal.Wake()), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var reading = ReadAsync(ending.Token);
        try
        {
            await StepAsync(new BoardLinkInput.Opened(Now), ending.Token);
            while (_end is null) await TurnAsync(timer, ending.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            _end = _context.Stopping.IsCancellationRequested ? "the edge node ends" : "the device is gone";
        }
        finally
        {
            await ending.CancelAsync();
            await EndAsync(reading);
        }
        return _end ?? "the loop of the port failed";
    }

    /// <summary>Hands a command to the port.</summary>
    /// <returns>False when it cannot take one now.</returns>
    public bool TrySend(BoardCommand command, TaskCompletionSource<CommandOutcome> outcome) =>
        _inbox.Writer.TryWrite(new PortSignal.Command(command, outcome));

    // Time in which the consumer of the events holds everything up does not count: nobody could hear the board in it.
    private TimeSpan Now => _context.Clock.GetElapsedTime(_start) - _stalled;

    private async Task TurnAsync(ITimer timer, CancellationToken token)
    {
        if (!_inbox.Reader.TryPeek(out _))
        {
            if (_link.NextTick is { } due)
            {
                var wait = due - Now;
                timer.Change(wait > ShortestWait ? wait : ShortestWait, Timeout.InfiniteTimeSpan);
            }
            await _inbox.Reader.WaitToReadAsync(token);
        }
        while (_end is null && _inbox.Reader.TryRead(out var signal))
        {
            if (Take(signal) is { } input) await StepAsync(input, token);
        }
        if (_end is null && _link.NextTick <= Now) await StepAsync(new BoardLinkInput.Tick(Now), token);
    }

    private BoardLinkInput? Take(PortSignal signal)
    {
        switch (signal)
        {
            case PortSignal.Bytes bytes:
                return new BoardLinkInput.Received(bytes.Content, bytes.At, Now);
            case PortSignal.Command command when _commands.TryAdd(command.Content, command.Outcome):
                return new BoardLinkInput.Write(command.Content, Now);
            case PortSignal.Command command:
                command.Outcome.TrySetResult(new CommandOutcome.NotSent());
                return null;
            case PortSignal.Lost lost:
                _end ??= lost.Reason;
                return null;
            default:
                return null;
        }
    }

    private async Task StepAsync(BoardLinkInput input, CancellationToken token)
    {
        _link.Step(input);
        await DeliverAsync();
        try
        {
            while (_lines.TryDequeue(out var line)) await _connection.WriteAsync(line, WriteTime, token);
        }
        catch (IOException fault)
        {
            _end ??= fault.Message;
        }
    }

    private async Task ReadAsync(CancellationToken token)
    {
        var buffer = new byte[4096];
        try
        {
            while (true)
            {
                await PauseAsync(token);
                var length = await _connection.ReadAsync(buffer, token);
                await _inbox.Writer.WriteAsync(new PortSignal.Bytes(buffer.AsMemory(0, length).ToArray(), Timestamp.Now(_context.Clock)), token);
            }
        }
        catch (OperationCanceledException) when (token.IsCancellationRequested)
        {
            // The session has ended.
        }
        catch (Exception fault) when (fault is IOException or OperationCanceledException)
        {
            await TellLostAsync(fault.Message, token);
        }
    }

    private async Task TellLostAsync(string reason, CancellationToken token)
    {
        try
        {
            await _inbox.Writer.WriteAsync(new PortSignal.Lost(reason), token);
        }
        catch (Exception fault) when (fault is OperationCanceledException or ChannelClosedException)
        {
            // The session has ended already.
        }
    }

    private async Task PauseAsync(CancellationToken token)
    {
        var pause = TimeSpan.FromTicks(Volatile.Read(ref _readAfter)) - _context.Clock.GetElapsedTime(_start);
        if (pause > TimeSpan.Zero) await Task.Delay(pause, _context.Clock, token);
    }

    private async Task EndAsync(Task reading)
    {
        _inbox.Writer.TryComplete();
        _link.Step(new BoardLinkInput.Closed(_end ?? "the loop of the port failed", Now));
        while (_inbox.Reader.TryRead(out var signal))
            if (signal is PortSignal.Command && Take(signal) is { } input) _link.Step(input);
        var closing = _connection.CloseAsync();
        await DeliverAsync();
        if (!await closing || !await EndsAsync(reading)) _context.CountLeak(_port.Path);
    }

    private async Task<bool> EndsAsync(Task reading)
    {
        try
        {
            await reading.WaitAsync(WriteTime, _context.Clock);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    /// <summary>Hands the events on in order; only then another port may take a board that was lost here.</summary>
    private async Task DeliverAsync()
    {
        if (_events.Count == 0) return;
        var since = _context.Clock.GetTimestamp();
        try
        {
            while (_events.TryDequeue(out var next)) await _context.Events.WriteAsync(next, _context.Abandoned);
        }
        catch (OperationCanceledException)
        {
            _context.Logger.EventsAbandoned(_port.Path, _events.Count + 1);
            _events.Clear();
        }
        _stalled += _context.Clock.GetElapsedTime(since);
        foreach (var board in _released) _context.Boards.Release(board, this);
        _released.Clear();
    }

    void IBoardLinkOutputs.Write(ReadOnlyMemory<byte> line) => _lines.Enqueue(line);

    bool IBoardLinkOutputs.TryClaim(BoardId id)
    {
        if (!_context.Boards.TryClaim(id, this)) return false;
        _released.Remove(id);
        return true;
    }

    void IBoardLinkOutputs.StateChanged(PortState state, string why)
    {
        WasOnline |= state == PortState.Online;
        if (!_port.TryEnter(state, _device, why)) return;
        _context.Logger.PortEntered(_port.Path, state, why);
        _events.Enqueue(new SerialEvent.PortStateChanged(_port.Path, state, why));
    }

    void IBoardLinkOutputs.BoardReady(BoardDescription description)
    {
        _port.Note(description.Id);
        _context.Logger.BoardReady(_port.Path, description.Id, description.Tags.Count, description.Boot, description.Cause);
        _events.Enqueue(new SerialEvent.BoardReady(_port.Path, description));
    }

    void IBoardLinkOutputs.Readings(BoardId board, Timestamp at, IReadOnlyList<Reading> readings) =>
        _events.Enqueue(new SerialEvent.BoardReadings(_port.Path, board, at, readings));

    void IBoardLinkOutputs.BoardLost(BoardId board, string reason)
    {
        _port.Note(null);
        if (_context.Stopping.IsCancellationRequested) _context.Logger.BoardLeft(_port.Path, board);
        else _context.Logger.BoardLost(_port.Path, board, reason);
        _released.Add(board);
        _events.Enqueue(new SerialEvent.BoardLost(_port.Path, board, reason));
    }

    void IBoardLinkOutputs.CommandDone(BoardCommand command, CommandOutcome outcome)
    {
        _events.Enqueue(new SerialEvent.CommandDone(_port.Path, command, outcome));
        if (_commands.Remove(command, out var waiting)) waiting.TrySetResult(outcome);
    }

    void IBoardLinkOutputs.AssigningId(BoardId board) => _context.Logger.AssigningId(_port.Path, board);

    void IBoardLinkOutputs.Faulted(FrameFault fault)
    {
        if (_faultsLogged.Add(fault.Kind)) _context.Logger.FirstFault(_port.Path, fault.Kind, LinkText.Show(fault.Detail));
        else _context.Logger.FrameDropped(_port.Path, fault.Kind, LinkText.Show(fault.Detail));
    }

    void IBoardLinkOutputs.DescriptionRefused(string why, int inRow)
    {
        if (inRow == 5) _context.Logger.DescriptionsRefused(_port.Path, inRow, why);
    }

    void IBoardLinkOutputs.PauseReading(TimeSpan until)
    {
        if (_faultsLogged.Add(FrameFaultKind.None)) _context.Logger.Flooded(_port.Path);
        Volatile.Write(ref _readAfter, (until + _stalled).Ticks);
    }

    void IBoardLinkOutputs.CloseDue(string why) => _end ??= why;
}
