using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sparkplug.Broker;
using Sparkplug.Broker.Awareness;
using Sparkplug.Broker.Connections;
using Sparkplug.Broker.Packets;
using Sparkplug.Broker.Security;
using Sparkplug.Broker.Sessions;
using Sparkplug.Broker.Storage;

namespace UnitTests.Broker.Administration;

/// <summary>An engine without a loop, a disk or sockets: the test is all of them.</summary>
internal sealed class AnEngine : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly Authentication _authentication;
    private readonly Queue<Action> _posted = [];

    public AnEngine()
    {
        var metrics = new BrokerMetrics(_services.GetRequiredService<IMeterFactory>());
        var config = new BrokerConfig { DataDirectory = _folder.ToString(), UsersFile = _folder.File("users"), AllowAnonymous = true };
        _authentication = new Authentication(BrokerUsers.Open(config.UsersFile), config, Time, NullLogger<Authentication>.Instance);
        Engine = new BrokerEngine(new EngineParts
        {
            Time = Time,
            Limits = config.Limits,
            Store = Store,
            Access = AccessRules.Open(_folder.File("access"), NullLogger<AccessRules>.Instance),
            Authentication = _authentication,
            Awareness = new SparkplugAwareness(Time, metrics, NullLogger<SparkplugAwareness>.Instance),
            Metrics = metrics,
            Logger = NullLogger.Instance,
            Post = Post,
        });
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 24, 22, 13, 22, TimeSpan.Zero));

    public MemoryStore Store { get; } = new();

    public BrokerEngine Engine { get; }

    /// <summary>Does what was posted, also what that posts in turn.</summary>
    public void RunPosted()
    {
        while (TryDequeue() is { } work)
            work();
    }

    /// <summary>Lets time pass and the loop turn.</summary>
    public void Pass(TimeSpan time)
    {
        Time.Advance(time);
        RunPosted();
        Engine.Turn();
        Engine.Sent();
    }

    /// <summary>A client of this machine that has its CONNACK.</summary>
    public MemoryConnection Connect(string clientId, bool cleanStart = true, uint? sessionExpiryInterval = null)
    {
        var connection = new MemoryConnection { Remote = new IPEndPoint(IPAddress.Loopback, 50_000), Listener = ListenerKind.Tcp };
        Engine.Accept(connection);
        connection.Send(ClientPackets.Connect(clientId, cleanStart: cleanStart, sessionExpiryInterval: sessionExpiryInterval));
        Engine.Turn();
        Engine.Sent();
        Store.Settle();
        RunPosted();
        Assert.Equal(ReasonCode.Success, Assert.Single(connection.Received()).Reason);
        return connection;
    }

    public void Dispose()
    {
        _authentication.Dispose();
        _services.Dispose();
        _folder.Dispose();
    }

    private void Post(Action work)
    {
        lock (_posted)
            _posted.Enqueue(work);
    }

    private Action? TryDequeue()
    {
        lock (_posted)
            return _posted.TryDequeue(out var work) ? work : null;
    }
}

/// <summary>A store that keeps the changes and commits when it is told to.</summary>
internal sealed class MemoryStore : IBrokerStore
{
    public long Batch { get; private set; } = 1;

    public bool IsAccepting { get; set; } = true;

    public long Backlog => Changes.Count;

    public Action<long, bool>? Settled { get; set; }

    public List<StoreChange> Changes { get; } = [];

    public void Add(StoreChange change) => Changes.Add(change);

    public void Submit() => Batch++;

    /// <summary>All that was submitted is on the disk.</summary>
    public void Settle() => Settled?.Invoke(Batch - 1, true);
}

/// <summary>A connection whose other end is the test.</summary>
internal sealed class MemoryConnection : Connection
{
    public bool IsClosed { get; private set; }

    /// <summary>Sends whole packets to the broker.</summary>
    public void Send(params byte[] packets) => Assert.Equal(packets.Length, Owner!.Receive(packets, out _));

    /// <summary>The packets that have come since the last call.</summary>
    public List<ServerPacket> Received()
    {
        var packets = ServerPacket.ReadAll(Output.Written);
        Output.Clear();
        return packets;
    }

    public override void Flush()
    {
        // The test takes the output when it wants to.
    }

    public override void Close() => IsClosed = true;

    public override void Abort() => IsClosed = true;

    public override void Pause()
    {
        // Nothing comes by itself.
    }

    public override void Resume()
    {
        // Nothing comes by itself.
    }
}
