using Sparkplug.Metrics;
using Sparkplug.Payloads;
using Sparkplug.Topics;

namespace UnitTests.Payloads;

public sealed class PeerPayloadTests
{
    public static TheoryData<int> Indexes => [.. Enumerable.Range(0, PeerPayload.All.Count)];

    [Theory, MemberData(nameof(Indexes))]
    public void A_payload_of_a_peer_is_read_as_the_neutral_decoder_reads_it(int index) =>
        NeutralPayload.AssertSame(PeerPayload.All[index].Neutral, Decode(PeerPayload.All[index].Bytes));

    [Theory, MemberData(nameof(Indexes))]
    public void A_payload_of_a_peer_means_the_same_after_our_encoding(int index)
    {
        var payload = Decode(PeerPayload.All[index].Bytes);

        Assert.Equal(payload, Decode(PayloadCodec.Encode(payload)));
    }

    [Fact]
    public void Data_without_datatypes_encodes_to_the_very_bytes_of_the_peer()
    {
        // Such data has one spelling only.
        var data = PeerPayload.All.Where(peer => peer.Source.Contains("Tahu", StringComparison.Ordinal) && peer.Topic.Contains("DATA/", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(data);
        foreach (var peer in data) Assert.Equal(Convert.ToHexString(peer.Bytes), Convert.ToHexString(PayloadCodec.Encode(Decode(peer.Bytes))));
    }

    [Fact]
    [Spec("tck-id-payloads-metric-datatype-not-req")]
    public void Each_value_of_a_peers_data_takes_the_type_that_its_birth_declared()
    {
        var typed = 0;
        var births = new Dictionary<(string Source, string Owner, string Metric), DataType>();
        foreach (var peer in PeerPayload.All)
        {
            var topic = SparkplugTopic.Parse(peer.Topic);
            foreach (var metric in Decode(peer.Bytes).Metrics)
            {
                var owner = topic switch { SparkplugTopic.Node node => $"{node.EdgeNode}", SparkplugTopic.Device device => $"{device.EdgeNode}/{device.DeviceId}", _ => "" };
                var byName = (peer.Source, owner, metric.Name ?? "");
                var byAlias = (peer.Source, owner, $"alias {metric.Alias}");
                if (topic.Type.IsBirth()) births[byName] = births[byAlias] = metric.DataType!.Value;
                if (!topic.Type.IsData()) continue;
                var declared = metric.Name is null ? births[byAlias] : births[byName];
                Assert.True(metric.Value.TryAs(declared, out var value), $"{peer.Topic} {metric.Name} {metric.Alias} {metric.Value}");
                Assert.Equal(declared, value.Type);
                typed++;
            }
        }
        Assert.InRange(typed, 90, 200);
    }

    [Fact]
    public void Every_topic_of_a_peer_is_read() => Assert.All(PeerPayload.All, peer => Assert.Equal(peer.Topic, SparkplugTopic.Parse(peer.Topic).ToString()));

    private static Payload Decode(byte[] bytes)
    {
        Assert.True(PayloadCodec.TryDecode(bytes, PayloadLimits.Default, out var payload, out var fault), fault.ToString());
        Assert.Empty(payload.Faults);
        return payload;
    }
}
