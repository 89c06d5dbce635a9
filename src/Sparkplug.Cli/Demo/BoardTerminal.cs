namespace Sparkplug.Cli.Demo;

/// <summary>An emulated board behind a real pseudo-terminal. As an Uno does, it restarts when someone opens its port.</summary>
public sealed class BoardTerminal : IDisposable
{
    private static readonly TimeSpan ClientCheckInterval = TimeSpan.FromMilliseconds(20);

    private readonly PseudoTerminal _terminal = PseudoTerminal.Open();
    private readonly EmulatedBoard _board;
    private readonly TimeProvider _clock;
    private readonly long _start;
    private readonly CancellationTokenSource _unplugged = new();
    private readonly Task _running;

    /// <summary>Plugs a board in.</summary>
    /// <param name="program">What its sketch does.</param>
    /// <param name="memory">Its EEPROM.</param>
    /// <param name="clock">The time.</param>
    public BoardTerminal(BoardProgram program, BoardMemory memory, TimeProvider clock)
    {
        _clock = clock;
        _start = clock.GetTimestamp();
        _board = new EmulatedBoard(program, memory, line => _terminal.Write(line.Span));
        _running = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>The serial port's path.</summary>
    public string DevicePath => _terminal.DevicePath;

    /// <summary>Unplugs the board.</summary>
    public void Dispose()
    {
        _unplugged.Cancel();
        _running.Wait();
        _terminal.Dispose();
        _unplugged.Dispose();
    }

    private TimeSpan Now => _clock.GetElapsedTime(_start);

    private void Run()
    {
        while (!_unplugged.IsCancellationRequested)
        {
            if (_terminal.HasClient) Serve();
            _unplugged.Token.WaitHandle.WaitOne(ClientCheckInterval);
        }
    }

    private void Serve()
    {
        var buffer = new byte[256];
        _board.Start(Now, "reset");
        while (!_unplugged.IsCancellationRequested && _terminal.HasClient)
        {
            var wait = _board.NextTick - Now;
            if (_terminal.WaitForInput(wait > TimeSpan.Zero ? wait : TimeSpan.Zero))
            {
                var length = _terminal.Read(buffer);
                _board.Receive(buffer.AsSpan(0, length), Now);
            }
            _board.Tick(Now);
        }
    }
}
