using Sparkplug.Metrics;

namespace UnitTests.Metrics;

public sealed class SeqTests
{
    [Fact]
    [Spec("tck-id-payloads-sequence-num-incrementing")]
    public void Seq_counts_to_255_and_around()
    {
        var seq = default(Seq);
        for (var i = 0; i < 600; i++, seq = seq.Next()) Assert.Equal(i % 256, seq.Value);
    }

    [Fact]
    [Spec("tck-id-topics-nbirth-bdseq-increment")]
    public void BdSeq_counts_to_255_and_around()
    {
        var bdSeq = default(BdSeq);
        for (var i = 0; i < 600; i++, bdSeq = bdSeq.Next()) Assert.Equal(i % 256, bdSeq.Value);
    }

    [Fact]
    public void The_distance_between_two_numbers_is_counted_forwards()
    {
        for (var from = 0; from < 256; from++)
            for (var steps = 0; steps < 256; steps++)
                Assert.Equal(steps, new Seq((byte)(from + steps)).StepsAfter(new Seq((byte)from)));
    }

    [Fact]
    [Spec("tck-id-message-flow-edge-node-birth-publish-nbirth-payload-bdSeq")]
    public void BdSeq_is_an_int64() => Assert.Equal(MetricValue.Int64(255), new BdSeq(255).ToMetricValue());
}
