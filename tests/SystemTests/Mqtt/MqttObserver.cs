using System.Buffers;
using System.Threading.Channels;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;

namespace SystemTests.Mqtt;

/// <summary>One message as a stranger on the server sees it.</summary>
internal sealed record Observed(string Topic, byte[] Payload, int QoS, bool Retain);

/// <summary>A stranger on the server: MQTTnet's own client, which shares no code with ours beyond the packets.</summary>
internal sealed class MqttObserver : IAsyncDisposable
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private readonly Channel<Observed> _messages = Channel.CreateUnbounded<Observed>();

    /// <summary>Connects and subscribes; MQTT 5 shows the retain flag as published.</summary>
    public static async Task<MqttObserver> ConnectAsync(Uri server, string filter = "#", string? user = null, string? password = null)
    {
        var observer = new MqttObserver();
        observer._client.ApplicationMessageReceivedAsync += received =>
        {
            var message = received.ApplicationMessage;
            observer._messages.Writer.TryWrite(new Observed(message.Topic, message.Payload.ToArray(), (int)message.QualityOfServiceLevel, message.Retain));
            return Task.CompletedTask;
        };
        var options = new MqttClientOptionsBuilder().WithTcpServer(server.Host, server.Port).WithProtocolVersion(MqttProtocolVersion.V500).WithCleanSession();
        if (user is not null) options.WithCredentials(user, password);
        using var deadline = new CancellationTokenSource(Deadline);
        await observer._client.ConnectAsync(options.Build(), deadline.Token);
        var subscribe = new MqttClientSubscribeOptionsBuilder().WithTopicFilter(topic => topic.WithTopic(filter).WithAtLeastOnceQoS().WithRetainAsPublished());
        await observer._client.SubscribeAsync(subscribe.Build(), deadline.Token);
        return observer;
    }

    /// <summary>The next message.</summary>
    public async Task<Observed> NextAsync() => await _messages.Reader.ReadAsync().AsTask().WaitAsync(Deadline);

    /// <summary>The next message on a topic; those before it are passed over.</summary>
    public async Task<Observed> NextAsync(string topic)
    {
        while (true)
        {
            var message = await NextAsync();
            if (message.Topic == topic) return message;
        }
    }

    /// <summary>Publishes and waits until the server has it.</summary>
    public async Task PublishAsync(string topic, byte[] payload, int qos = 1, bool retain = false)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        await _client.PublishAsync(new MqttApplicationMessage
        {
            Topic = topic, PayloadSegment = payload, QualityOfServiceLevel = (MqttQualityOfServiceLevel)qos, Retain = retain,
        }, deadline.Token);
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }
}
