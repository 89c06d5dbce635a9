using System.IO.Ports;

namespace EdgeNode.Serial;

/// <summary>Why a port cannot be opened.</summary>
public enum OpenFault
{
    /// <summary>It was opened.</summary>
    None,

    /// <summary>Nothing is there.</summary>
    NoDevice,

    /// <summary>This user may not.</summary>
    NoPermission,

    /// <summary>Another program has it.</summary>
    Busy,

    /// <summary>What is there is no serial port, or it refuses these settings.</summary>
    NotSerial,

    /// <summary>The driver does not come back.</summary>
    Hangs,
}

/// <summary>An open port, or why there is none.</summary>
/// <param name="Connection">The port.</param>
/// <param name="Fault">Why there is none.</param>
/// <param name="Detail">The same in words, with what to do.</param>
public sealed record OpenResult(SerialConnection? Connection, OpenFault Fault, string Detail);

/// <summary>
/// An open serial port, 115200 baud, 8N1. Whatever the driver does, every call ends: reads and writes with their token, opening and
/// closing with a deadline.
/// </summary>
/// <remarks>
/// SerialPort itself is only opened and closed. When the other end goes away it stays "open": a read ends with an
/// ObjectDisposedException, a write is queued for ever and SerialPort.Dispose waits for it. So the stream is disposed first.
/// </remarks>
public sealed class SerialConnection
{
    private const int BaudRate = 115_200;

    // ENOTTY: what was opened is no terminal.
    private const int NotATerminal = 25;

    private static readonly TimeSpan OpenTime = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CloseTime = TimeSpan.FromSeconds(2);

    private readonly SerialPort _port;
    private readonly Stream _stream;
    private readonly TimeProvider _clock;

    private SerialConnection(SerialPort port, TimeProvider clock)
    {
        _port = port;
        _stream = port.BaseStream;
        _clock = clock;
    }

    /// <summary>Opens a port.</summary>
    public static async Task<OpenResult> OpenAsync(string device, TimeProvider clock)
    {
        var opening = Task.Factory.StartNew(
            () => Open(device, clock), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            return await opening.WaitAsync(OpenTime, clock);
        }
        catch (TimeoutException)
        {
            // Should it come back after all, nobody waits for it any more.
            _ = opening.ContinueWith(
                late => late.Result.Connection?.Close(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            return new OpenResult(null, OpenFault.Hangs, $"opening it did not end within {OpenTime.TotalSeconds} s: unplug the device");
        }
    }

    /// <summary>Reads what there is, or waits for something.</summary>
    /// <exception cref="IOException">The port is lost.</exception>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken token)
    {
        try
        {
            var length = await _stream.ReadAsync(buffer, token);
            return length > 0 ? length : throw new IOException("the port has ended");
        }
        catch (Exception fault) when (IsLoss(fault))
        {
            throw new IOException("the device is gone", fault);
        }
    }

    /// <summary>Writes all of <paramref name="bytes"/>.</summary>
    /// <exception cref="IOException">The port is lost, or takes nothing for <paramref name="time"/>.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, TimeSpan time, CancellationToken token)
    {
        using var deadline = new CancellationTokenSource(time, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, token);
        try
        {
            await _stream.WriteAsync(bytes, either.Token);
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            throw new IOException($"it took nothing for {time.TotalSeconds} s");
        }
        catch (Exception fault) when (IsLoss(fault))
        {
            throw new IOException("the device is gone", fault);
        }
    }

    /// <summary>Closes the port; a pending read ends.</summary>
    /// <returns>False when the driver does not come back: a thread and a handle are lost.</returns>
    public async Task<bool> CloseAsync()
    {
        var closing = Task.Factory.StartNew(Close, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            await closing.WaitAsync(CloseTime, _clock);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private static OpenResult Open(string device, TimeProvider clock)
    {
        if (!DeviceFile.TryIdentify(device, out _)) return new OpenResult(null, OpenFault.NoDevice, "no serial device is there");
        if (!DeviceFile.IsAccessible(device))
            return new OpenResult(null, OpenFault.NoPermission, $"user {Environment.UserName} may not use it: add the user to the group that owns it, often dialout");
        var port = new SerialPort(device, BaudRate, Parity.None, 8, StopBits.One) { Handshake = Handshake.None };
        try
        {
            port.Open();
            RaiseControlLines(port);
            return new OpenResult(new SerialConnection(port, clock), OpenFault.None, "");
        }
        catch (Exception fault) when (fault is UnauthorizedAccessException or IOException or ArgumentException or InvalidOperationException)
        {
            port.Dispose();
            return Explain(fault);
        }
    }

    // Whatever open(2) says comes as UnauthorizedAccessException; what it said is inside.
    private static OpenResult Explain(Exception fault) => fault is UnauthorizedAccessException && fault.InnerException?.HResult != NotATerminal
        ? new OpenResult(null, OpenFault.Busy, $"another program may have it open: {fault.InnerException?.Message ?? fault.Message}")
        : new OpenResult(null, OpenFault.NotSerial, $"it cannot be used as a serial port: {fault.InnerException?.Message ?? fault.Message}");

    // Boards with a USB port of their own send nothing before DTR is on; both lines together reset none of the others twice.
    private static void RaiseControlLines(SerialPort port)
    {
        try
        {
            port.DtrEnable = true;
            port.RtsEnable = true;
        }
        catch (IOException)
        {
            // A pseudo-terminal and some adapters have no control lines, and need none.
        }
    }

    private void Close()
    {
        try
        {
            // Or the driver waits until what nobody reads is sent.
            _port.DiscardOutBuffer();
        }
        catch (Exception fault) when (IsLoss(fault))
        {
            // A device that is gone has nothing to discard.
        }
        _stream.Dispose();
        _port.Dispose();
    }

    private static bool IsLoss(Exception fault) =>
        fault is IOException or ObjectDisposedException or InvalidOperationException or UnauthorizedAccessException;
}
