using Microsoft.Extensions.Logging;
using Sparkplug.Broker.Awareness;
using Sparkplug.Broker.Connections;
using Sparkplug.Broker.Packets;
using Sparkplug.Broker.Routing;
using Sparkplug.Broker.Security;
using Sparkplug.Broker.Storage;

namespace Sparkplug.Broker.Sessions;

/// <summary>What the engine is made of beside itself.</summary>
internal sealed record EngineParts
{
    public required TimeProvider Time { get; init; }

    public required BrokerLimits Limits { get; init; }

    public required IBrokerStore Store { get; init; }

    public required AccessRules Access { get; init; }

    public required Authentication Authentication { get; init; }

    public required SparkplugAwareness Awareness { get; init; }

    public required BrokerMetrics Metrics { get; init; }

    public required ILogger Logger { get; init; }

    /// <summary>Runs work on the broker's loop.</summary>
    public required Action<Action> Post { get; init; }

    /// <summary>How long what has come waits for the loop; asked on the loop.</summary>
    public Func<TimeSpan> Delay { get; init; } = () => TimeSpan.Zero;

    public OverloadLimits Overload { get; init; } = new();

    public SharedSubscriptionPolicy SharedSubscriptions { get; init; }

    /// <summary>Where clients are sent when there is no room (Server Reference), or null.</summary>
    public string? Backup { get; init; }
}

/// <summary>
/// The broker between the sockets and the disk: sessions, routing and promises, driven by one loop. It has no thread, socket, file or
/// clock of its own: bytes come in through <see cref="Client"/>, time through <see cref="Turn"/>, the disk's word through the store's
/// <see cref="IBrokerStore.Settled"/>.
/// </summary>
internal sealed class BrokerEngine : IAcceptor, IDisposable
{
    /// <summary>How often what has expired is looked for among the retained messages.</summary>
    private const int SweepEvery = 1000, SweepAtMost = 1000;

    private readonly HashSet<Client> _clients = [];
    private readonly List<Message> _expired = [];
    private readonly CancellationTokenSource _stopping = new();
    private bool _isStopping;

    /// <summary>Where a packet reader gathers what is not in one piece.</summary>
    public byte[]? Scratch;

    public BrokerEngine(EngineParts parts)
    {
        (Limits, Access, Awareness, Metrics, Log, Post, Delay, Backup) =
            (parts.Limits, parts.Access, parts.Awareness, parts.Metrics, parts.Logger, parts.Post, parts.Delay, parts.Backup);
        Clock = new Clock(parts.Time);
        Durability = new Durability(parts.Store, Clock);
        Subscriptions = new SubscriptionDesk(this, new SubscriptionTree(parts.SharedSubscriptions));
        Retained = new RetainedMessages(parts.Limits.RetainedBytes);
        Refusals = new Refusals(parts.Metrics, parts.Logger);
        Sessions = new SessionTable(this);
        Wills = new Wills(this);
        Distributor = new Distributor(this);
        Throttle = new Throttle(this);
        Admission = new Admission(this, parts.Authentication, new Overload(parts.Overload, parts.Limits, () => _clients.Count, parts.Delay));
        parts.Store.Settled = (batch, isOnDisk) => Post(() => Settle(batch, isOnDisk));
        parts.Access.Changed += () => Post(RecheckAccess);
        Deadlines.Add(new Sweep(this), SweepEvery);
    }

    public BrokerLimits Limits { get; }

    public Clock Clock { get; }

    public Deadlines Deadlines { get; } = new();

    public Identities Identities { get; } = new();

    public TopicTable Topics { get; } = new();

    public Durability Durability { get; }

    public SubscriptionDesk Subscriptions { get; }

    public RetainedMessages Retained { get; }

    public Refusals Refusals { get; }

    public SessionTable Sessions { get; }

    public Wills Wills { get; }

    public Distributor Distributor { get; }

    public Throttle Throttle { get; }

    public Admission Admission { get; }

    public AccessRules Access { get; }

    public SparkplugAwareness Awareness { get; }

    public BrokerMetrics Metrics { get; }

    public ILogger Log { get; }

    public Action<Action> Post { get; }

    /// <summary>How long what has come waits for the loop.</summary>
    public Func<TimeSpan> Delay { get; }

    public string? Backup { get; }

    /// <summary>Cancelled when the broker stops.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>The clients that were let in and are connected now; each of them keeps it.</summary>
    public int ConnectedCount { get; internal set; }

    /// <summary>The QoS 1 and 2 messages in all outboxes, a message that is in several counted in each; they keep it.</summary>
    public long Queued { get; internal set; }

    /// <summary>All connections, those included that have not sent a CONNECT yet.</summary>
    public IReadOnlyCollection<Client> Clients => _clients;

    /// <summary>Takes over what was on the disk; before the first connection.</summary>
    public void Restore(StoredState state)
    {
        Identities.Continue(state.LastMessageId, state.LastSessionKey);
        var left = state.Retained.Count(message => !Retained.TrySet(message));
        if (left > 0)
            Log.RetainedLeft(left, Limits.RetainedBytes); // they stay on the disk
        Sessions.Restore(state.Sessions);
        Wills.Restore(state.Wills);
        Log.Restored(state.Sessions.Count, Retained.Count, state.Wills.Count);
    }

    /// <inheritdoc/>
    public void Accept(Connection connection)
    {
        if (_isStopping)
        {
            connection.Abort();
            return;
        }

        var client = new Client(this, connection);
        connection.Owner = client;
        _clients.Add(client);
        Metrics.ConnectionAccepted(connection.Listener);
    }

    /// <inheritdoc/>
    public int Turn()
    {
        return Deadlines.Run(Clock.Now);
    }

    /// <inheritdoc/>
    public int Sent() => Durability.EndTurn();

    /// <summary>The transport has told that a connection is over.</summary>
    public void Forget(Client client) => _clients.Remove(client);

    /// <summary>
    /// Ends the service: no connection is taken any more, the Wills go out while their subscribers are still there, then everyone is said
    /// goodbye (<see cref="Farewell"/>). The connections close when their output is sent.
    /// </summary>
    /// <param name="done">Called when the last word is written.</param>
    public void Stop(Action? done = null)
    {
        if (_isStopping)
            return;
        _isStopping = true;
        _stopping.Cancel();
        Wills.PublishAll();
        Durability.End();
        new Farewell(this, done).Begin();
    }

    /// <inheritdoc/>
    public void Dispose() => _stopping.Dispose();

    private void Settle(long batch, bool isOnDisk)
    {
        Durability.Settle(batch, isOnDisk);
        Throttle.DiskMoved();
    }

    private void RecheckAccess()
    {
        foreach (var session in Sessions.All.ToList())
        {
            session.Permissions = Access.For(session.UserName, session.ClientId);
            Subscriptions.Recheck(session);
        }
    }

    private void RemoveExpired()
    {
        _expired.Clear();
        Retained.RemoveExpired(Clock.UtcNow, _expired, SweepAtMost);
        foreach (var message in _expired)
            Durability.Add(new StoreChange.Unretain(message.Topic));
    }

    private sealed class Sweep(BrokerEngine engine) : IDue
    {
        public void Due(long now)
        {
            engine.RemoveExpired();
            engine.Deadlines.Add(this, now + SweepEvery);
        }
    }
}
