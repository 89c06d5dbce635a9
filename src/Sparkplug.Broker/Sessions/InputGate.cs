using Sparkplug.Broker.Connections;

namespace Sparkplug.Broker.Sessions;

/// <summary>Why nothing is read from a client for now.</summary>
[Flags]
internal enum Waits
{
    None = 0,

    /// <summary>CONNACK is not sent yet.</summary>
    ForConnack = 1,

    /// <summary>Too much waits for the disk.</summary>
    ForDisk = 2,

    /// <summary>It publishes faster than it may.</summary>
    ForRate = 4,

    /// <summary>It does not read what it is sent.</summary>
    ForItself = 8,
}

/// <summary>Whether one client is listened to. The connection is paused only when something comes while the gate is closed.</summary>
internal struct InputGate(Connection connection)
{
    private Waits _waits;

    /// <summary>Whether nothing keeps its packets waiting.</summary>
    public readonly bool IsOpen => _waits == Waits.None;

    /// <summary>Whether the connection reads nothing.</summary>
    public bool IsPaused { get; private set; }

    /// <summary>Whether this is among the reasons to wait.</summary>
    public readonly bool IsClosedFor(Waits reason) => (_waits & reason) != 0;

    /// <summary>One more reason to wait.</summary>
    public void Close(Waits reason) => _waits |= reason;

    /// <summary>One reason to wait is over; after the last one the connection reads on.</summary>
    public void Open(Waits reason)
    {
        if (!IsClosedFor(reason))
            return;
        _waits &= ~reason;
        if (!IsOpen || !IsPaused)
            return;
        IsPaused = false;
        connection.Resume();
    }

    /// <summary>Something has come: while the gate is closed nothing more is to.</summary>
    public void PauseIfClosed()
    {
        if (IsOpen || IsPaused)
            return;
        IsPaused = true;
        connection.Pause();
    }
}
