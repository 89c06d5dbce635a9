using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Sparkplug.Metrics;
using Sparkplug.Mqtt;
using Sparkplug.Payloads;
using Sparkplug.Topics;
using SystemTests.Mqtt;

namespace SystemTests.Broker.Redundancy;

/// <summary>A stranger that writes down what edge nodes publish on one broker, from the moment it listens until that broker ends.</summary>
internal sealed class Tap : IAsyncDisposable
{
    private readonly TaskCompletionSource _listens = new(TaskCreationOptions.RunContinuationsAsynchronously), _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Uri _broker;
    private readonly MqttLink _link;
    private readonly RunningClient _running;
    private readonly ConcurrentQueue<(SparkplugTopic.Node Topic, Payload Payload)> _heard = new();
    private readonly ConcurrentQueue<string> _faults = new();

    private Tap(Uri broker)
    {
        _broker = broker;
        _link = new MqttLink(new MqttLinkOptions { ClientId = "tap" }, Take, TimeProvider.System, NullLogger.Instance);
        _running = new RunningClient(_link.RunAsync);
    }

    /// <summary>Messages that are none of Sparkplug.</summary>
    public IReadOnlyCollection<string> Faults => _faults;

    /// <summary>Done when the broker has ended and everything that it said has been written down.</summary>
    public Task Ended => _ended.Task.WaitAsync(MqttObserver.Deadline);

    public static async Task<Tap> ListenAsync(Uri broker)
    {
        var tap = new Tap(broker);
        await tap._listens.Task.WaitAsync(MqttObserver.Deadline);
        return tap;
    }

    /// <summary>The edge node of each message of a type, in order.</summary>
    public List<string> Senders(MessageType type) => [.. _heard.Where(heard => heard.Topic.Type == type).Select(heard => heard.Topic.EdgeNode.EdgeNodeId)];

    /// <summary>The bdSeq of each birth or death of an edge node, in order.</summary>
    public List<long> BdSeqs(MessageType type, string edgeNodeId) => [.. Of(type, edgeNodeId).Select(payload => Number(payload.Metrics.Single(metric => metric.Name == BdSeq.MetricName)))];

    /// <summary>What the metric Count was in each NDATA of all edge nodes, as "node=count", sorted.</summary>
    public List<string> Counts() =>
    [
        .. _heard.Where(heard => heard.Topic.Type == MessageType.NDATA)
            .Select(heard => string.Create(CultureInfo.InvariantCulture, $"{heard.Topic.EdgeNode.EdgeNodeId}={Number(heard.Payload.Metrics.Single())}"))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>The seq of an edge node's births and data, in order.</summary>
    public List<int> Seqs(string edgeNodeId) =>
        [.. _heard.Where(heard => heard.Topic.EdgeNode.EdgeNodeId == edgeNodeId && heard.Payload.Seq is not null).Select(heard => (int)heard.Payload.Seq!.Value.Value)];

    public ValueTask DisposeAsync() => _running.DisposeAsync();

    private ValueTask Take(MqttEvent happened, CancellationToken cancel)
    {
        switch (happened)
        {
            case MqttEvent.ConnectDue when !_ended.Task.IsCompleted:
                _link.Connect(new MqttConnect(_broker, "tap", ReadOnlyMemory<byte>.Empty, WillRetain: false));
                break;
            case MqttEvent.Connected:
                _link.Subscribe(["spBv1.0/Plant/#"]);
                break;
            case MqttEvent.Subscribed:
                _listens.TrySetResult();
                break;
            case MqttEvent.Received received:
                Hear(received.Topic, received.Payload);
                break;
            case MqttEvent.Disconnected:
                _ended.TrySetResult();
                break;
        }
        return ValueTask.CompletedTask;
    }

    private IEnumerable<Payload> Of(MessageType type, string edgeNodeId) =>
        _heard.Where(heard => heard.Topic.Type == type && heard.Topic.EdgeNode.EdgeNodeId == edgeNodeId).Select(heard => heard.Payload);

    private void Hear(string name, ReadOnlyMemory<byte> bytes)
    {
        if (!SparkplugTopic.TryParse(name, out var topic, out var misnamed))
            _faults.Enqueue($"{name}: {misnamed}");
        else if (!PayloadCodec.TryDecode(bytes.Span, PayloadLimits.Default, out var payload, out var malformed))
            _faults.Enqueue($"{name}: {malformed}");
        else if (topic is SparkplugTopic.Node { Type: not MessageType.NCMD } node)
            _heard.Enqueue((node, payload));
    }

    private static long Number(Metric metric)
    {
        Assert.True(metric.Value.TryAs(DataType.Int64, out var value));
        return value.AsInt64();
    }
}
