using System.Buffers;
using System.Net;
using System.Text;
using System.Threading.Channels;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Packets;
using MQTTnet.Protocol;

namespace SystemTests.Broker;

/// <summary>An MQTT client that collects what it receives.</summary>
public sealed class TestClient : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly IMqttClient _client = new MqttClientFactory().CreateMqttClient();
    private readonly Channel<MqttApplicationMessage> _received = Channel.CreateUnbounded<MqttApplicationMessage>();

    public TestClient() => _client.ApplicationMessageReceivedAsync += received =>
    {
        _received.Writer.TryWrite(received.ApplicationMessage);
        return Task.CompletedTask;
    };

    /// <summary>The underlying client.</summary>
    public IMqttClient Client => _client;

    /// <summary>Connects as the fixture's user.</summary>
    public static async Task<TestClient> ConnectAsync(IPEndPoint broker, MqttProtocolVersion version = MqttProtocolVersion.V500, Action<MqttClientOptions>? change = null)
    {
        var client = new TestClient();
        var result = await client.TryConnectAsync(broker, version, change);
        Assert.Equal(MqttClientConnectResultCode.Success, result.ResultCode);
        return client;
    }

    /// <summary>Connects and tells what the broker answered.</summary>
    public async Task<MqttClientConnectResult> TryConnectAsync(IPEndPoint broker, MqttProtocolVersion version = MqttProtocolVersion.V500, Action<MqttClientOptions>? change = null)
    {
        var options = new MqttClientOptions
        {
            ChannelOptions = new MqttClientTcpOptions { RemoteEndpoint = broker },
            ProtocolVersion = version,
            ClientId = $"test-{Guid.NewGuid():N}",
            Credentials = new MqttClientCredentials(BrokerFixture.UserName, Encoding.UTF8.GetBytes(BrokerFixture.Password)),
        };
        change?.Invoke(options);
        return await _client.ConnectAsync(options, TestContext.Current.CancellationToken);
    }

    public Task<MqttClientSubscribeResult> SubscribeAsync(string filter, MqttQualityOfServiceLevel qos = MqttQualityOfServiceLevel.AtLeastOnce, bool retainAsPublished = false) =>
        _client.SubscribeAsync(
            new MqttClientSubscribeOptions
            {
                TopicFilters = [new MqttTopicFilter { Topic = filter, QualityOfServiceLevel = qos, RetainAsPublished = retainAsPublished }],
            },
            TestContext.Current.CancellationToken);

    public Task<MqttClientPublishResult> PublishAsync(string topic, byte[] payload, int qos = 1, bool retain = false) =>
        _client.PublishAsync(
            new MqttApplicationMessage
            {
                Topic = topic,
                Payload = new ReadOnlySequence<byte>(payload),
                QualityOfServiceLevel = (MqttQualityOfServiceLevel)qos,
                Retain = retain,
            },
            TestContext.Current.CancellationToken);

    /// <summary>The next message; fails after a generous deadline.</summary>
    public async Task<MqttApplicationMessage> NextAsync()
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        cancellation.CancelAfter(Deadline);
        return await _received.Reader.ReadAsync(cancellation.Token);
    }

    /// <summary>
    /// Everything that came before a marker that is published now: the broker delivers in order, so what was not here by then was not sent.
    /// </summary>
    public async Task<List<MqttApplicationMessage>> AllUntilMarkerAsync()
    {
        var marker = $"marker/{Guid.NewGuid():N}";
        await SubscribeAsync(marker);
        await PublishAsync(marker, [1]);
        var messages = new List<MqttApplicationMessage>();
        for (var next = await NextAsync(); next.Topic != marker; next = await NextAsync())
            messages.Add(next);
        return messages;
    }

    /// <summary>Cuts the connection without a DISCONNECT.</summary>
    public void Vanish() => _client.Dispose(); // MQTTnet's client says nothing when it is disposed while connected

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }
}
