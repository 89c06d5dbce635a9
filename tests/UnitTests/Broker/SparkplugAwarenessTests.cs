using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Sparkplug.Broker;
using Sparkplug.Broker.Awareness;
using Sparkplug.Broker.Routing;

namespace UnitTests.Broker;

public sealed class SparkplugAwarenessTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly SparkplugAwareness _awareness;

    public SparkplugAwarenessTests() => _awareness = new SparkplugAwareness(
        new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(300)),
        new BrokerMetrics(_services.GetRequiredService<IMeterFactory>()),
        NullLogger<SparkplugAwareness>.Instance);

    public void Dispose() => _services.Dispose();

    [Theory]
    [InlineData("spBv1.0/G/NBIRTH/N", "$sparkplug/certificates/spBv1.0/G/NBIRTH/N")]
    [InlineData("spBv1.0/G/DBIRTH/N/D", "$sparkplug/certificates/spBv1.0/G/DBIRTH/N/D")]
    [InlineData("spBv1.0/G/NDATA/N", null)]
    [InlineData("spBv1.0/G/NDEATH/N", null)]
    [InlineData("spBv1.0/G/DDEATH/N/D", null)]
    [InlineData("spBv1.0/STATE/H", null)]
    [InlineData("spBv1.0/G/NBIRTH/N/D", null)]
    [InlineData("spBv1.0/G/NBIRTH", null)]
    [InlineData("spBv2.0/G/NBIRTH/N", null)]
    [InlineData("$sparkplug/certificates/spBv1.0/G/NBIRTH/N", null)]
    [InlineData("plant/NBIRTH/N", null)]
    [Spec("tck-id-conformance-mqtt-aware-nbirth-mqtt-topic", "tck-id-conformance-mqtt-aware-dbirth-mqtt-topic")]
    public void Births_and_nothing_else_have_a_certificate_topic(string topic, string? certificate) =>
        Assert.Equal(certificate, Certificate(topic, payloadLength: 2));

    [Fact]
    public void An_empty_birth_and_one_whose_certificate_topic_would_be_too_long_are_not_stored()
    {
        Assert.Null(Certificate("spBv1.0/G/NBIRTH/N", payloadLength: 0));
        Assert.NotNull(Certificate("spBv1.0/G/NBIRTH/" + new string('n', 65_535 - 24 - 17), payloadLength: 2));
        Assert.Null(Certificate("spBv1.0/G/NBIRTH/" + new string('n', 65_535 - 24 - 16), payloadLength: 2));
    }

    [Theory]
    [InlineData("spBv1.0/G/NDEATH/N", true)]
    [InlineData("spBv1.0/G/DDEATH/N/D", false)]
    [InlineData("spBv1.0/G/NBIRTH/N", false)]
    [InlineData("spBv1.0/G/NDATA/N", false)]
    [InlineData("spBv1.0/STATE/H", false)]
    [InlineData("elsewhere", false)]
    [Spec("tck-id-conformance-mqtt-aware-ndeath-timestamp")]
    public void Only_an_NDEATH_gets_the_time_of_its_delivery(string topic, bool stamped)
    {
        byte[] expected = [0x08, 0xAC, 0x02, 0x18, 0];
        Assert.Equal(stamped ? expected : null, _awareness.DeathPayload(ATopic(topic), [0x08, 1, 0x18, 0]));
        Assert.Null(_awareness.DeathPayload(ATopic(topic), [0x08]));
        Assert.Null(_awareness.DeathPayload(ATopic(topic), [0x18, 0]));
    }

    [Fact]
    public void An_NBIRTH_voids_the_DBIRTH_certificates_of_its_node_and_a_DBIRTH_none()
    {
        Assert.Equal("$sparkplug/certificates/spBv1.0/G/DBIRTH/N/+", _awareness.CertificateOf(ATopic("spBv1.0/G/NBIRTH/N"), 2)!.VoidedFilter?.Inner);
        Assert.Null(_awareness.CertificateOf(ATopic("spBv1.0/G/DBIRTH/N/D"), 2)!.VoidedFilter);
    }

    private static Topic ATopic(string name) => new(Encoding.UTF8.GetBytes(name));

    private string? Certificate(string topic, int payloadLength) =>
        _awareness.CertificateOf(ATopic(topic), payloadLength) is { } certificate ? Encoding.UTF8.GetString(certificate.Topic) : null;
}
