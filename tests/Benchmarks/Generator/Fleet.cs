using Benchmarks.Native;

namespace Benchmarks.Generator;

/// <summary>The hosts and the edge nodes of one run, all served by the calling thread.</summary>
internal sealed class Fleet : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly FleetPlan _plan;
    private readonly int _port;
    private readonly nint _tlsContext;
    private readonly Epoll _connecting = new(), _hostsReady = new();
    private readonly List<Host> _hosts = [];
    private readonly List<EdgeNode> _nodes = [];

    public Fleet(FleetPlan plan, int port)
    {
        (_plan, _port) = (plan, port);
        _tlsContext = plan.Tls ? ClientContext.Value : 0;
    }

    private static readonly Lazy<nint> ClientContext = new(OpenSsl.ClientContext);

    public IReadOnlyList<Host> Hosts => _hosts;

    public IReadOnlyList<EdgeNode> Nodes => _nodes;

    /// <summary>Connects and subscribes all hosts.</summary>
    public void ConnectHosts()
    {
        for (var i = 0; i < _plan.Hosts; i++)
        {
            var host = new Host(_port, _tlsContext);
            _hosts.Add(host);
            host.Connect($"host-{i}", !_plan.HostIsDurable, _plan.HostCredentials);
            host.Subscribe(_plan.HostQos);
            _hostsReady.Watch(host.Link.Descriptor, Epoll.Readable, i);
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
            if (TimeProvider.System.GetElapsedTime(start) > Patience)
                throw new TimeoutException($"{ready} of {upTo} nodes were connected after {Patience.TotalSeconds:F0} s.");
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

    private void Begin(int number)
    {
        var node = new EdgeNode(number, _plan);
        _nodes.Add(node);
        node.Begin(_port, _tlsContext);
        _connecting.Watch(node.Link.Descriptor, Epoll.Readable | Epoll.Writable | Epoll.EdgeTriggered, number);
    }

    /// <summary>A node that is ready is watched no longer: a load looks after its acknowledgements itself.</summary>
    private int AdvanceNodes(int milliseconds)
    {
        var ready = 0;
        var events = _connecting.Wait(milliseconds);
        for (var i = 0; i < events; i++)
        {
            var node = _nodes[_connecting.Tag(i)];
            if ((_connecting.Events(i) & (Epoll.Readable | Epoll.Writable)) == 0)
                continue;
            node.Advance();
            if (!node.IsReady || node.Link.HasUnsent)
                continue;
            _connecting.Forget(node.Link.Descriptor);
            ready++;
        }

        return ready;
    }
}
