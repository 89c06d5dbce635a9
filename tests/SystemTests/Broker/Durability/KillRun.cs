using System.Diagnostics;
using Sparkplug.Broker.Packets;
using SystemTests.Support;

namespace SystemTests.Broker.Durability;

/// <summary>A broker and its clients through many kills.</summary>
internal sealed class KillRun : IAsyncDisposable
{
    private const int SoonEvery = 4, SoonAcknowledgements = 20;

    /// <summary>Now and then it lives long enough to move its log into its file.</summary>
    private const int LongEvery = 6, LongTimes = 12;

    private readonly BrokerProcess _broker;
    private readonly Random _random;
    private readonly LoadPublisher[] _publishers;
    private readonly LoadSubscriber[] _subscribers;
    private readonly LoadSubscriber _absent;
    private readonly RetainedRounds _retained;
    private readonly SubscriptionRounds[] _subscriptions;
    private readonly EndedSessions _ended;
    private readonly WillRounds _wills;
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly AcknowledgementCount _acknowledged = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly int _seed;
    private List<Task> _publishing = [], _subscribing = [], _round = [];
    private bool _isPublished;

    public KillRun(string folder, int seed)
    {
        (_seed, _random) = (seed, new Random(seed));
        _broker = new BrokerProcess(folder);
        _publishers =
        [
            .. new[] { ("p1", ProtocolVersion.V5), ("p2", ProtocolVersion.V311), ("p3", ProtocolVersion.V5) }
                .Select(one => new LoadPublisher(_broker.Port, one.Item1, one.Item2, Findings, _acknowledged.Add)),
        ];
        MessageStream[] streams = [.. _publishers.SelectMany(publisher => new[] { publisher.AtLeastOnce, publisher.ExactlyOnce })];
        _subscribers =
        [
            Subscriber("eager", ProtocolVersion.V5, new Habits(Qos.ExactlyOnce)),
            Subscriber("lagging", ProtocolVersion.V311, new Habits(Qos.ExactlyOnce, HoldsBack: 40)),
            Subscriber("narrow", ProtocolVersion.V5, new Habits(Qos.AtLeastOnce, ReceiveMaximum: 20, HoldsBack: 10)),
        ];
        _absent = Subscriber("absent", ProtocolVersion.V311, new Habits(Qos.ExactlyOnce));
        _retained = new RetainedRounds(_broker.Port, Findings);
        _subscriptions = [new(_broker.Port, ProtocolVersion.V5, Findings), new(_broker.Port, ProtocolVersion.V311, Findings)];
        _ended = new EndedSessions(_broker.Port, Findings);
        _wills = new WillRounds(_broker.Port, Findings);

        LoadSubscriber Subscriber(string clientId, ProtocolVersion version, Habits habits) =>
            new(_broker.Port, clientId, version, habits, streams, Findings);
    }

    public Findings Findings { get; } = new();

    /// <summary>How many deliveries came again with their packet identifier after a kill.</summary>
    public int Redelivered => _subscribers.Sum(subscriber => subscriber.Rules.Redelivered);

    public string Summary => $"""
        seed {_seed}, {Findings.Round} kills in {_clock.Elapsed.TotalSeconds:0} s: {_publishers.Sum(one => one.AtLeastOnce.Sent)} messages at QoS 1 and
        {_publishers.Sum(one => one.ExactlyOnce.Sent)} at QoS 2 to {_subscribers.Length + 1} sessions that stay, {Redelivered} redelivered,
        {_subscribers.Sum(subscriber => subscriber.Rules.Repeated)} copies of what publishers sent again
        """;

    /// <summary>Starts the broker and its clients.</summary>
    public async Task BeginAsync()
    {
        await _broker.StartAsync();
        foreach (var subscriber in _subscribers.Append(_absent))
            await subscriber.SubscribeAsync(_stop.Token);
        _subscribing = [.. _subscribers.Select(subscriber => subscriber.RunAsync(() => _isPublished, _stop.Token))];
        _publishing = [.. _publishers.Select(publisher => publisher.RunAsync(_stop.Token))];
        await BeginRoundAsync();
    }

    /// <summary>Kills the broker after so many acknowledgements at most, starts it again and looks at what it still knows.</summary>
    public async Task KillAndStartAgainAsync(int acknowledgements)
    {
        await KillAsync(_random.Next(LongEvery) == 0 ? LongTimes * acknowledgements : acknowledgements);
        await Task.WhenAll(_round);
        await _broker.StartAsync();
        if (_random.Next(SoonEvery) == 0)
        {
            await KillAsync(SoonAcknowledgements); // while its clients come back
            await _broker.StartAsync();
        }

        await BeginRoundAsync();
    }

    /// <summary>Lets everything come to its end, and stops the broker.</summary>
    public async Task EndAsync()
    {
        foreach (var publisher in _publishers)
            publisher.IsEnding = true;
        await Within(Task.WhenAll(_publishing), "the publishers");
        _isPublished = true;
        await Within(Task.WhenAll(_subscribing), "the subscribers");
        await Within(_absent.RunAsync(() => true, _stop.Token), "the absent one");
        await _wills.CloseAsync();
        await Wait.UntilAsync("Wills", 30, () => !_wills.Missing.Any(), () => string.Join(' ', _wills.Missing));
        Assert.Equal(0, await _broker.Process.TerminateAsync());
        CheckLog();
        await Task.WhenAll(_round);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _broker.DisposeAsync();
        await _wills.DisposeAsync();
        _stop.Dispose();
    }

    /// <summary>What is looked at after a start comes first; then the clients of this round make promises of the broker until it dies.</summary>
    private async Task BeginRoundAsync()
    {
        var version = Findings.Round % 2 == 0 ? ProtocolVersion.V5 : ProtocolVersion.V311;
        var watching = _wills.WatchAsync(_stop.Token);
        await _retained.CheckAsync(version);
        foreach (var subscriptions in _subscriptions)
            await subscriptions.CheckAsync();
        await _ended.CheckAsync();
        await _wills.OpenAsync();
        _round = [watching, _retained.RunAsync(version), _ended.RunAsync(version), .. _subscriptions.Select(subscriptions => subscriptions.RunAsync())];
    }

    private async Task KillAsync(int acknowledgements)
    {
        await await Task.WhenAny(_acknowledged.After(_random.Next(acknowledgements)), Fault());
        await _broker.Process.KillAsync();
        CheckLog();
        Findings.Round++;
    }

    /// <summary>A client that failed ends the wait for acknowledgements.</summary>
    private async Task Fault() => await await Task.WhenAny([.. _publishing, .. _subscribing]);

    private async Task Within(Task task, string who)
    {
        try
        {
            await task.WaitAsync(TimeSpan.FromSeconds(120), TimeProvider.System, _stop.Token);
        }
        catch (TimeoutException)
        {
            Findings.AssertNone(Summary);
            throw new TimeoutException($"{who} did not end; {string.Join("; ", _subscribers.Append(_absent))}\n{_broker.Process.Output}");
        }
    }

    private void CheckLog()
    {
        foreach (var line in _broker.Process.Lines)
            if (line.StartsWith("fail:", StringComparison.Ordinal) || line.StartsWith("crit:", StringComparison.Ordinal) || line.StartsWith("Unhandled", StringComparison.Ordinal))
                Findings.Report($"the broker said {line}");
    }

    /// <summary>Counts the acknowledgements of all publishers.</summary>
    private sealed class AcknowledgementCount
    {
        private readonly Lock _gate = new();
        private long _count, _target = long.MaxValue;
        private TaskCompletionSource _reached = new();

        public void Add()
        {
            lock (_gate)
                if (++_count >= _target)
                    _reached.TrySetResult();
        }

        /// <summary>Ends after so many more.</summary>
        public Task After(int more)
        {
            lock (_gate)
            {
                (_target, _reached) = (_count + more, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
                if (more == 0)
                    _reached.SetResult();
                return _reached.Task;
            }
        }
    }
}
