using Benchmarks.Native;

namespace Benchmarks.Generator;

/// <summary>The hosts and the edge nodes of one run, all served by the calling thread.</summary>
internal sealed class Fleet : IDisposable
{
    private static readonly Lazy<nint> NodesContext = new(() => OpenSsl.ClientContext(0)), HostsContext = new(() => OpenSsl.ClientContext(128 * 1024));
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly FleetPlan _plan;
    private readonly int _port;
    private readonly nint _nodesTls, _hostsTls;
    private readonly Epoll _connecting = new(), _hostsReady = new();
    private readonly List<Client> _hosts = [];
    private readonly List<EdgeNode> _nodes = [];
    private readonly Queue<(int Number, long At)> _retries = [];

    public Fleet(FleetPlan plan, int port)
    {
        (_plan, _port) = (plan, port);
        (_nodesTls, _hostsTls) = plan.Tls ? (NodesContext.Value, HostsContext.Value) : (0, 0);
    }

    public IReadOnlyList<Client> Hosts => _hosts;

    public IReadOnlyList<EdgeNode> Nodes => _nodes;

    /// <summary>How often a node was turned away and came again.</summary>
    public int Retried { get; private set; }

    /// <summary>Connects and subscribes all hosts; a durable session brings its messages as soon as it is connected.</summary>
    public void ConnectHosts(IDeliveryWatcher? watcher = null)
    {
        for (var i = 0; i < _plan.Hosts; i++)
        {
            var host = Connect($"host-{i}", !_plan.HostIsDurable, watcher);
            _hosts.Add(host);
            host.Subscribe(_plan.HostQos);
            _hostsReady.Watch(host.Link.Descriptor, Epoll.Readable, i);
        }
    }

    /// <summary>Connects one more client, which the fleet does not look after.</summary>
    public Client Connect(string clientId, bool cleanSession, IDeliveryWatcher? watcher = null)
    {
        var client = new Client(_port, _hostsTls) { Watcher = watcher };
        client.Connect(clientId, cleanSession, _plan.HostCredentials);
        return client;
    }

    /// <summary>Cuts the hosts' connections; their sessions stay if they are durable.</summary>
    public void DropHosts()
    {
        foreach (var host in _hosts) host.Dispose();
        _hosts.Clear();
    }

    /// <summary>Reads until nothing has come for two seconds.</summary>
    public void ReceiveUntilSilent()
    {
        const int Silence = 2000;
        while (ReceiveAtHosts(Silence))
        {
        }
    }

    /// <summary>Connects nodes up to that number in all and waits until each has its subscriptions; the hosts are served meanwhile.</summary>
    public void ConnectNodes(int upTo)
    {
        var start = TimeProvider.System.GetTimestamp();
        int begun = _nodes.Count, ready = _nodes.Count;
        while (ready < upTo)
        {
            for (var burst = 0; burst < 64 && begun < upTo && begun - ready < _plan.AtOnce; burst++)
                Begin(begun++);
            ready += AdvanceNodes(begun < upTo && begun - ready < _plan.AtOnce ? 0 : 1);
            ReceiveAtHosts(0);
            BeginAgain();
            if (TimeProvider.System.GetElapsedTime(start) > _plan.Patience)
                throw new TimeoutException($"{ready} of {upTo} nodes were connected after {_plan.Patience.TotalSeconds:F0} s.");
        }
    }

    /// <summary>Serves the hosts that have something to read, waiting for one if nothing is there.</summary>
    public bool ReceiveAtHosts(int milliseconds)
    {
        var ready = _hostsReady.Wait(milliseconds);
        for (var i = 0; i < ready; i++)
            _hosts[_hostsReady.Tag(i)].Receive();
        return ready > 0;
    }

    /// <summary>How many messages every host has.</summary>
    public long DeliveredToAll()
    {
        var least = long.MaxValue;
        foreach (var host in _hosts)
            least = Math.Min(least, host.Delivered);
        return least;
    }

    /// <summary>How many messages the hosts have together.</summary>
    public long Deliveries()
    {
        var sum = 0L;
        foreach (var host in _hosts)
            sum += host.Delivered;
        return sum;
    }

    public void Dispose()
    {
        foreach (var node in _nodes) node.Dispose();
        foreach (var host in _hosts) host.Dispose();
        _connecting.Dispose();
        _hostsReady.Dispose();
    }

    /// <summary>Connects all nodes and tells how long it took until the first host had the births of all.</summary>
    public TimeSpan Births(int nodes)
    {
        var births = new NodesSeen("NBIRTH", nodes);
        _hosts[0].Watcher = births;
        var start = TimeProvider.System.GetTimestamp();
        ConnectNodes(nodes);
        Await(() => births.Count == nodes, start, () => $"The host has {births.Count} of {nodes} births");
        return TimeProvider.System.GetElapsedTime(start);
    }

    /// <summary>Drops all nodes as a power cut does, and waits until the first host has their Wills (a sink sends none).</summary>
    public void DropNodesAndAwaitDeaths(bool awaitDeaths)
    {
        var nodes = _nodes.Count;
        var deaths = new NodesSeen("NDEATH", nodes);
        _hosts[0].Watcher = deaths;
        foreach (var node in _nodes) node.Dispose();
        _nodes.Clear();
        if (awaitDeaths)
            Await(() => deaths.Count == nodes, TimeProvider.System.GetTimestamp(), () => $"The host has {deaths.Count} of {nodes} deaths");
    }

    private void Begin(int number)
    {
        var node = new EdgeNode(number, _plan);
        if (number == _nodes.Count) _nodes.Add(node);
        else _nodes[number] = node;
        node.Begin(_port, _nodesTls);
        _connecting.Watch(node.Link.Descriptor, Epoll.Readable | Epoll.Writable | Epoll.EdgeTriggered, number);
    }

    /// <summary>A node that is ready is watched no longer: a load looks after its acknowledgements itself.</summary>
    private int AdvanceNodes(int milliseconds)
    {
        var ready = 0;
        var events = _connecting.Wait(milliseconds);
        for (var i = 0; i < events; i++)
        {
            var number = _connecting.Tag(i);
            if (!TryAdvance(number))
                continue;
            _connecting.Forget(_nodes[number].Link.Descriptor);
            ready++;
        }

        return ready;
    }

    /// <summary>True: the node is ready.</summary>
    private bool TryAdvance(int number)
    {
        var node = _nodes[number];
        try
        {
            node.Advance();
            return node.IsReady && !node.Link.HasUnsent;
        }
        catch (LinkClosedException) when (_plan.Retries)
        {
            node.Dispose();
            Retried++;
            _retries.Enqueue((number, TimeProvider.System.GetTimestamp()));
            return false;
        }
    }

    private void Await(Func<bool> holds, long start, Func<string> state)
    {
        while (!holds())
        {
            ReceiveAtHosts(1);
            if (TimeProvider.System.GetElapsedTime(start) > _plan.Patience)
                throw new TimeoutException($"{state()} after {_plan.Patience.TotalSeconds:F0} s.");
        }
    }

    private void BeginAgain()
    {
        while (_retries.TryPeek(out var retry) && TimeProvider.System.GetElapsedTime(retry.At) > RetryDelay)
            Begin(_retries.Dequeue().Number);
    }
}
