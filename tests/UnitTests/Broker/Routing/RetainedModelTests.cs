using System.Text;
using CsCheck;
using Sparkplug.Broker.Routing;

namespace UnitTests.Broker.Routing;

/// <summary>Any sequence of changes leaves the tree with the messages that a plain dictionary has.</summary>
public sealed class RetainedModelTests
{
    private const long Quota = 3_000;

    private static readonly Gen<Step> AnyStep = Gen.Select(
        Gen.Int[0, 9], Names.NarrowTopic, Names.NarrowFilter, Gen.Int[0, 700], Gen.Frequency((3, Gen.Const(long.MaxValue)), (2, Gen.Long[0, 100])),
        (kind, topic, filter, length, expiresAt) => new Step(kind, topic, filter, length, expiresAt));

    [Fact]
    [Spec("MQTT-3.3.1-5", "MQTT-3.3.2-5")]
    public void The_tree_keeps_what_a_dictionary_keeps() =>
        AnyStep.Array[0, 100].Sample(steps =>
        {
            var (tree, model, now) = (new RetainedMessages(Quota), new Dictionary<string, Message>(), 0L);
            foreach (var step in steps)
            {
                Apply(step, tree, model, ref now);
                AssertSame(step, tree, model, now);
            }

            foreach (var (topic, message) in model)
                Assert.Same(message, tree.Remove(Encoding.UTF8.GetBytes(topic)));
            Assert.Equal((0, 0L), (tree.Count, tree.Bytes));
        }, iter: 500);

    private static void Apply(Step step, RetainedMessages tree, Dictionary<string, Message> model, ref long now)
    {
        switch (step.Kind)
        {
            case < 6:
                var message = Build.Message(step.Topic, step.Length, step.ExpiresAt);
                if (tree.TrySet(message))
                    model[step.Topic] = message;
                else
                    Assert.True(tree.Bytes + message.Size + 4 * 100 > Quota, "refused though there is room");
                break;
            case < 8:
                model.Remove(step.Topic, out var removed);
                Assert.Same(removed, tree.Remove(Encoding.UTF8.GetBytes(step.Topic)));
                break;
            case 8:
                AssertTaken(taken => tree.TakeUnder(Build.Filter(step.Filter), taken), model, topic => NaiveMatcher.Matches(step.Filter, topic));
                break;
            default:
                var time = now += step.Length / 20;
                AssertTaken(taken => tree.RemoveExpired(time, taken, int.MaxValue), model, topic => model[topic].ExpiresAt <= time);
                break;
        }
    }

    private static void AssertTaken(Action<List<Message>> take, Dictionary<string, Message> model, Func<string, bool> isTaken)
    {
        var taken = new List<Message>();
        take(taken);
        var expected = model.Where(pair => isTaken(pair.Key)).Select(pair => pair.Value).ToList();
        Assert.Equal(expected.ToHashSet(), taken.ToHashSet());
        Assert.Equal(expected.Count, taken.Count);
        foreach (var message in taken)
            model.Remove(message.Topic.Text);
    }

    private static void AssertSame(Step step, RetainedMessages tree, Dictionary<string, Message> model, long now)
    {
        Assert.Equal(model.Count, tree.Count);
        Assert.InRange(tree.Bytes, model.Values.Sum(message => message.Size), Quota);
        Assert.Same(model.GetValueOrDefault(step.Topic), tree.Find(Encoding.UTF8.GetBytes(step.Topic)));
        var found = new List<Message>();
        tree.Match(Build.Filter(step.Filter), now, found);
        var expected = model.Values.Where(message => NaiveMatcher.Matches(step.Filter, message.Topic.Text) && message.ExpiresAt > now);
        Assert.Equal(expected.ToHashSet(), found.ToHashSet());
    }

    private sealed record Step(int Kind, string Topic, string Filter, int Length, long ExpiresAt);
}
