using Microsoft.Extensions.Logging.Abstractions;
using Sparkplug.Edge;
using Sparkplug.Host;
using Sparkplug.Metrics;
using Sparkplug.Mqtt;
using Sparkplug.Topics;
using SystemTests.Mqtt;
using SystemTests.Support;

namespace SystemTests.Broker.Redundancy;

/// <summary>Edge nodes that have two servers, and their primary host, which is on both.</summary>
internal sealed class Plant : IAsyncDisposable
{
    private const string HostId = "scada1";
    private const string Count = "Count";

    private readonly List<(string Id, EdgeNodeClient Client, RunningClient Running)> _nodes = [];
    private readonly RunningClient _runningHost;
    private readonly Uri[] _servers;

    public Plant(int size, Func<int, MqttVersion> version, params Uri[] servers)
    {
        _servers = servers;
        Host = new HostClient(
            new HostClientOptions { Session = new HostSessionOptions { HostId = HostId }, Servers = servers, Link = Link(HostId, MqttVersion.V5) },
            Witness, TimeProvider.System, NullLogger.Instance);
        _runningHost = new RunningClient(Host.RunAsync);
        for (var i = 0; i < size; i++) AddNode($"Line{i:000}", version(i));
    }

    public HostClient Host { get; }

    public Witness Witness { get; } = new();

    public int Size => _nodes.Count;

    public IEnumerable<string> NodeIds => _nodes.Select(node => node.Id);

    public IEnumerable<string> ClientIds => NodeIds.Select(ClientIdOf);

    /// <summary>Waits until the host has every edge node online, and on this server.</summary>
    public Task WaitUntilOnlineOnAsync(int server) => Wait.UntilAsync(
        $"{Size} edge nodes online on server {server}", 60,
        async () => await Host.ReadAsync(fleet => fleet.Nodes.Values.Count(node => node.IsOnline && node.Server == server)) == Size,
        () => Witness.ToString());

    public Task WaitUntilHostIsOnlineOnAsync(int server) => Host.WaitForAsync(server, HostPhase.Online, TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(60));

    /// <summary>Every edge node publishes a new value, and the host gets it, and the stranger who listens on their broker.</summary>
    public async Task CountToAsync(long count, Tap tap)
    {
        foreach (var node in _nodes)
            await node.Client.PublishAsync(null, [new Sample(Count, MetricValue.Int64(count), Timestamp.Now(TimeProvider.System))], CancellationToken.None);
        await Wait.UntilAsync($"every edge node counts to {count}", 60, () => Witness.NodesThatCounted(count) >= Size && tap.Counts().Count >= Size, () => Witness.ToString());
    }

    /// <summary>The host asks every edge node to go to the next server.</summary>
    public async Task AskForNextServerAsync()
    {
        foreach (var id in NodeIds)
        {
            var refusal = await Host.SendCommandAsync(new EdgeNodeDescriptor("Plant", id), null, NodeControl.NextServer, MetricValue.Boolean(true), "move");
            Assert.Equal(CommandRefusal.None, refusal);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_nodes.Select(node => node.Running.DisposeAsync().AsTask()));
        await _runningHost.DisposeAsync();
    }

    private void AddNode(string id, MqttVersion version)
    {
        var client = new EdgeNodeClient(
            new EdgeNodeClientOptions
            {
                Session = new EdgeSessionOptions
                {
                    EdgeNode = new EdgeNodeDescriptor("Plant", id),
                    PrimaryHostId = HostId,
                    Metrics = [new EdgeMetric { Name = Count, DataType = DataType.Int64, Value = MetricValue.Int64(0) }],
                },
                Servers = _servers,
                Link = Link(ClientIdOf(id), version),
            },
            TimeProvider.System, NullLogger.Instance);
        _nodes.Add((id, client, new RunningClient(client.RunAsync)));
    }

    private static string ClientIdOf(string edgeNodeId) => $"Plant-{edgeNodeId}";

    private static MqttLinkOptions Link(string clientId, MqttVersion version) => new()
    {
        ClientId = clientId,
        Version = version,
        Backoff = new BackoffOptions { Shortest = TimeSpan.FromMilliseconds(100), Longest = TimeSpan.FromSeconds(1) },
    };
}
