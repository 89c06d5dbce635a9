using System.Buffers;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using UnitTests;

namespace SystemTests.Broker;

public sealed class AwarenessTests
{
    private const string NodeBirth = "spBv1.0/Plant1/NBIRTH/Line1", DeviceBirth = "spBv1.0/Plant1/DBIRTH/Line1/Uno";
    private const string Certificates = "$sparkplug/certificates/";

    // timestamp = 1, seq = 0, and a field that no schema knows: it must come through untouched.
    private static readonly byte[] Birth = [0x08, 1, 0x18, 0, 0xA2, 0x3F, 2, 0xFF, 0xFE];

    public static TheoryData<MqttProtocolVersion> Versions => [MqttProtocolVersion.V311, MqttProtocolVersion.V500];

    [Theory]
    [MemberData(nameof(Versions))]
    [Spec("tck-id-conformance-mqtt-aware-basic", "tck-id-conformance-mqtt-aware-store",
        "tck-id-conformance-mqtt-aware-nbirth-mqtt-topic", "tck-id-conformance-mqtt-aware-nbirth-mqtt-retain",
        "tck-id-conformance-mqtt-aware-dbirth-mqtt-topic", "tck-id-conformance-mqtt-aware-dbirth-mqtt-retain")]
    public async Task Births_are_offered_retained_and_unchanged_after_a_restart_too(MqttProtocolVersion version)
    {
        await using var broker = await BrokerFixture.StartAsync();
        await using (var edge = await TestClient.ConnectAsync(broker.Tcp, version))
        {
            await edge.PublishAsync(NodeBirth, [0x08, 9], qos: 0);
            await edge.PublishAsync(NodeBirth, Birth, qos: 0); // the latest counts
            await edge.PublishAsync(DeviceBirth, Birth, qos: 0);
            await edge.AllUntilMarkerAsync();
        }

        await AssertCertificatesAsync(broker, version);
        await broker.StopAsync();
        await broker.StartAgainAsync();
        await AssertCertificatesAsync(broker, version);
    }

    [Fact]
    public async Task The_live_birth_is_not_retained_and_the_namespace_filter_does_not_deliver_certificates()
    {
        await using var broker = await BrokerFixture.StartAsync();
        await using var host = await TestClient.ConnectAsync(broker.Tcp);
        await host.SubscribeAsync("spBv1.0/#", retainAsPublished: true);
        await host.SubscribeAsync("#", retainAsPublished: true);
        await host.SubscribeAsync("+/certificates/#", retainAsPublished: true);
        await host.PublishAsync(NodeBirth, Birth, qos: 0);
        var received = await host.AllUntilMarkerAsync();
        Assert.Equal((NodeBirth, false), received.Select(message => (message.Topic, message.Retain)).Distinct().Single());

        await using var late = await TestClient.ConnectAsync(broker.Tcp);
        await late.SubscribeAsync("spBv1.0/#");
        Assert.Empty(await late.AllUntilMarkerAsync());
    }

    [Fact]
    public async Task A_subscriber_of_the_certificates_gets_the_next_birth_at_once_and_right_behind_the_live_one()
    {
        await using var broker = await BrokerFixture.StartAsync();
        await using var host = await TestClient.ConnectAsync(broker.Tcp);
        await host.SubscribeAsync("$sparkplug/certificates/spBv1.0/Plant1/#", retainAsPublished: true);
        await host.SubscribeAsync("spBv1.0/#");
        await host.PublishAsync(NodeBirth, Birth, qos: 0);
        Assert.Equal(NodeBirth, (await host.NextAsync()).Topic);
        var certificate = await host.NextAsync();
        Assert.Equal((Certificates + NodeBirth, true), (certificate.Topic, certificate.Retain));
        Assert.Equal(Birth, certificate.Payload.ToArray());
    }

    [Fact]
    public async Task A_birth_without_a_payload_does_not_remove_the_certificate()
    {
        await using var broker = await BrokerFixture.StartAsync();
        await using var edge = await TestClient.ConnectAsync(broker.Tcp);
        await edge.PublishAsync(NodeBirth, Birth, qos: 0);
        await edge.PublishAsync(NodeBirth, [], qos: 0);
        await edge.SubscribeAsync(Certificates + "#");
        Assert.Equal(Birth, (await edge.NextAsync()).Payload.ToArray());
    }

    [Theory]
    [MemberData(nameof(Versions))]
    [Spec("tck-id-conformance-mqtt-aware-ndeath-timestamp")]
    public async Task The_NDEATH_of_a_Will_carries_the_time_of_its_delivery(MqttProtocolVersion version)
    {
        await using var broker = await BrokerFixture.StartAsync();
        await using var host = await TestClient.ConnectAsync(broker.Tcp, version);
        await host.SubscribeAsync("spBv1.0/#");
        var edge = await TestClient.ConnectAsync(broker.Tcp, version, options =>
        {
            options.WillTopic = "spBv1.0/Plant1/NDEATH/Line1";
            options.WillPayload = Birth;
            options.WillQualityOfServiceLevel = MqttQualityOfServiceLevel.AtLeastOnce;
        });
        var before = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        edge.Vanish();
        AssertDeath(await host.NextAsync(), before);
    }

    [Fact]
    [Spec("tck-id-conformance-mqtt-aware-ndeath-timestamp")]
    public async Task A_published_NDEATH_carries_the_time_of_its_delivery()
    {
        await using var broker = await BrokerFixture.StartAsync();
        await using var host = await TestClient.ConnectAsync(broker.Tcp);
        await host.SubscribeAsync("spBv1.0/#");
        var before = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        await host.PublishAsync("spBv1.0/Plant1/NDEATH/Line1", Birth);
        AssertDeath(await host.NextAsync(), before);
    }

    [Fact]
    public async Task An_NDEATH_that_is_no_protobuf_comes_through_as_it_is()
    {
        await using var broker = await BrokerFixture.StartAsync();
        await using var host = await TestClient.ConnectAsync(broker.Tcp);
        await host.SubscribeAsync("spBv1.0/#");
        await host.PublishAsync("spBv1.0/Plant1/NDEATH/Line1", [0x08, 0xFF]);
        Assert.Equal([0x08, 0xFF], (await host.NextAsync()).Payload.ToArray());
    }

    private static void AssertDeath(MqttApplicationMessage death, long before)
    {
        var bytes = death.Payload.ToArray();
        Assert.Equal(0x08, bytes[0]);
        Assert.Equal(Birth[2..], bytes[7..]); // six bytes of varint until the year 2109
        var time = 0L;
        for (var i = 6; i > 0; i--)
            time = time << 7 | (bytes[i] & 0x7FL);
        Assert.InRange(time, before, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
    }

    private static async Task AssertCertificatesAsync(BrokerFixture broker, MqttProtocolVersion version)
    {
        await using var host = await TestClient.ConnectAsync(broker.Tcp, version);
        await host.SubscribeAsync("$sparkplug/certificates/spBv1.0/Plant1/#");
        var received = (await host.AllUntilMarkerAsync()).OrderBy(message => message.Topic, StringComparer.Ordinal).ToList();
        Assert.Equal([Certificates + DeviceBirth, Certificates + NodeBirth], received.Select(message => message.Topic));
        Assert.All(received, message => Assert.True(message.Retain));
        Assert.All(received, message => Assert.Equal(Birth, message.Payload.ToArray()));
    }
}
