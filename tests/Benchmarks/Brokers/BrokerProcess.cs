using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Benchmarks.Brokers;

/// <summary>A running broker in a folder of its own; it is killed and its folder removed at the end.</summary>
internal sealed class BrokerProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90); // our command builds itself first where it must
    private static readonly List<BrokerProcess> Running = [];
    private static bool _isEnding; // guarded by Running

    private readonly BrokerProgram _program;
    private readonly BrokerSetup _setup;
    private readonly StringWriter _output = new();
    private Process _process;

    private BrokerProcess(BrokerProgram program, BrokerSetup setup)
    {
        (_program, _setup) = (program, setup);
        lock (Running)
        {
            if (_isEnding)
                throw new OperationCanceledException("This program is being ended.");
            _process = Launch();
            Running.Add(this);
        }
    }

    public int Port => _setup.Port;

    public TimeSpan Cpu => ProcStat.Cpu(_process.Id);

    public long ResidentBytes => ProcStat.ResidentBytes(_process.Id);

    /// <summary>Starts a broker and waits until it takes connections.</summary>
    public static BrokerProcess Start(BrokerProgram program, ServerCertificate? tls = null, bool isDurable = false, string? usersFile = null)
    {
        var setup = new BrokerSetup
        {
            Port = FreePort(),
            Directory = Workspace.NewFolder(program.Name),
            Tls = tls,
            IsDurable = isDurable,
            UsersFile = usersFile,
        };
        var broker = new BrokerProcess(program, setup);
        try
        {
            broker.AwaitListener();
            return broker;
        }
        catch
        {
            broker.Dispose();
            throw;
        }
    }

    /// <summary>Ends every broker that still runs: the last thing this program does, however it ends.</summary>
    public static void KillAll()
    {
        BrokerProcess[] all;
        lock (Running)
        {
            _isEnding = true;
            all = [.. Running];
        }

        foreach (var broker in all)
            broker.Dispose();
    }

    /// <summary>Ends it as <c>kill -9</c> does.</summary>
    public void Kill()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Starts it again in the same folder, after <see cref="Kill"/>.</summary>
    public void Restart()
    {
        lock (Running)
        {
            if (_isEnding)
                throw new OperationCanceledException("This program is being ended.");
            _process.Dispose();
            _process = Launch();
        }

        AwaitListener();
    }

    public void Dispose()
    {
        lock (Running)
            if (!Running.Remove(this)) return;
        Kill();
        _process.Dispose();
        if (Directory.Exists(_setup.Directory)) // unless the whole workspace went already
            Directory.Delete(_setup.Directory, recursive: true);
    }

    private Process Launch()
    {
        var start = _program.StartInfo(_setup);
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private void Keep(string? line)
    {
        const int Enough = 16 * 1024;
        lock (_output)
            if (line is not null && _output.GetStringBuilder().Length < Enough) _output.WriteLine(line);
    }

    private void AwaitListener()
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!Accepts())
        {
            if (_process.WaitForExit(TimeSpan.FromMilliseconds(20)) || TimeProvider.System.GetElapsedTime(start) > Patience)
                throw new IOException($"{_program.Name} does not listen on port {Port}:\n{Said()}");
        }
    }

    private string Said()
    {
        lock (_output) return _output.ToString();
    }

    private bool Accepts()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false; // not yet
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
