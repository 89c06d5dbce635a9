using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sparkplug.Broker;
using Sparkplug.Broker.Awareness;
using Sparkplug.Broker.Packets;
using Sparkplug.Broker.Security;
using Sparkplug.Broker.Sessions;

namespace UnitTests.Broker.Engine;

/// <summary>The broker's engine with a disk, a clock and connections that obey the test, all on the test's own thread.</summary>
internal sealed class EngineHarness : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly Queue<Action> _posted = new();
    private readonly Authentication _authentication;

    public EngineHarness(BrokerLimits? limits = null, MemoryStore? store = null, string? access = null, EngineOptions? options = null)
    {
        options ??= new EngineOptions();
        Time = options.Time ?? new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));
        Store = store ?? new MemoryStore();
        Users = BrokerUsers.Open(_folder.File("users"));
        var config = new BrokerConfig { AllowAnonymous = true, DataDirectory = _folder.ToString(), UsersFile = Users.Path };
        _authentication = new Authentication(Users, config, Time, NullLogger<Authentication>.Instance);
        if (access is not null)
            File.WriteAllText(AccessFile, access);
        Access = AccessRules.Open(AccessFile, NullLogger<AccessRules>.Instance);
        Metrics = new BrokerMetrics(_services.GetRequiredService<IMeterFactory>());
        Engine = new BrokerEngine(new EngineParts
        {
            Time = Time,
            Limits = limits ?? new BrokerLimits(),
            Store = Store,
            Access = Access,
            Authentication = _authentication,
            Awareness = new SparkplugAwareness(Time, Metrics, NullLogger<SparkplugAwareness>.Instance),
            Metrics = Metrics,
            Logger = NullLogger<BrokerEngine>.Instance,
            Post = _posted.Enqueue,
            Overload = options.Overload,
            Delay = options.Delay,
            Backup = options.Backup,
            SharedSubscriptions = options.SharedSubscriptions,
        });
        Engine.Restore(Store.Load());
        Turn();
    }

    public FakeTimeProvider Time { get; }

    public MemoryStore Store { get; }

    public BrokerUsers Users { get; }

    public AccessRules Access { get; }

    public BrokerMetrics Metrics { get; }

    public BrokerEngine Engine { get; }

    private string AccessFile => _folder.File("access");

    /// <summary>One turn of the broker's loop after the other, until nothing is left to do.</summary>
    public void Turn()
    {
        do
        {
            while (_posted.TryDequeue(out var work))
                work();
            Engine.Turn();
            Engine.Sent();
        }
        while (_posted.Count > 0);
    }

    /// <summary>Lets time pass in steps of a second, so that what is due in between happens in between.</summary>
    public void Pass(TimeSpan time)
    {
        for (; time > TimeSpan.Zero; time -= TimeSpan.FromSeconds(1))
        {
            Time.Advance(time < TimeSpan.FromSeconds(1) ? time : TimeSpan.FromSeconds(1));
            Turn();
        }
    }

    /// <summary>A connection that has sent nothing yet.</summary>
    public TestClient Open(ProtocolVersion version = ProtocolVersion.V5, IPAddress? address = null, string? certificateUser = null)
    {
        var connection = new MemoryConnection(_posted.Enqueue, address ?? IPAddress.Loopback, certificateUser);
        Engine.Accept(connection);
        return new TestClient(this, connection, version);
    }

    /// <summary>A client that was let in; its CONNACK is taken.</summary>
    public TestClient Connect(
        string clientId, ProtocolVersion version = ProtocolVersion.V5, bool cleanStart = true, uint? expiry = null, ConnectWill? will = null,
        ushort keepAlive = 0, ushort? receiveMaximum = null, uint? maximumPacketSize = null, ushort? topicAliasMaximum = null,
        string? certificateUser = null)
    {
        var client = Open(version, certificateUser: certificateUser);
        client.Send(ClientPackets.Connect(
            clientId, version, cleanStart, keepAlive, will: will, sessionExpiryInterval: expiry, receiveMaximum: receiveMaximum,
            maximumPacketSize: maximumPacketSize, topicAliasMaximum: topicAliasMaximum));
        if (Store.Disk == Disk.Fast)
            Connected(client);
        return client;
    }

    /// <summary>A client whose session outlives its connection, in both versions; what it is sent stays to be taken.</summary>
    public TestClient Resume(string clientId, ProtocolVersion version = ProtocolVersion.V5, ConnectWill? will = null, ushort? receiveMaximum = null)
    {
        var client = Open(version);
        return client.Send(ClientPackets.Connect(
            clientId, version, cleanStart: false, will: will, sessionExpiryInterval: 3600, receiveMaximum: receiveMaximum));
    }

    /// <summary>Another broker that starts with the same disk; this one ends as if it was killed.</summary>
    public EngineHarness Restart(BrokerLimits? limits = null) => new(limits, Store, options: new EngineOptions { Time = Time });

    /// <summary>The operator writes other rules.</summary>
    public void ChangeAccess(string lines)
    {
        File.WriteAllText(AccessFile, lines);
        Assert.True(Access.Reload());
        Turn();
    }

    public void Dispose()
    {
        Engine.Dispose();
        _authentication.Dispose();
        _services.Dispose();
        _folder.Dispose();
    }

    private static void Connected(TestClient client)
    {
        var connack = client.Take()[0];
        Assert.Equal((PacketType.Connack, ReasonCode.Success), (connack.Type, connack.Reason));
    }
}
