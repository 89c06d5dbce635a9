using System.Text;
using CsCheck;
using Sparkplug.Broker.Routing;

namespace UnitTests.Broker.Routing;

public sealed class TopicTableTests
{
    [Fact]
    public void A_name_has_one_topic()
    {
        var table = new TopicTable();
        var topics = Names.Topics.Select(name => table.Get(Encoding.UTF8.GetBytes(name))).ToList();
        Assert.Equal(Names.Topics, topics.Select(topic => topic.Text));
        Assert.All(topics, topic => Assert.Same(topic, table.Get(Encoding.UTF8.GetBytes(topic.Text))));
        Assert.Equal(Names.Topics.Count, table.Count);
    }

    [Fact]
    public void A_topic_in_use_survives_any_number_of_others()
    {
        var table = new TopicTable(maximumCount: 100);
        var inUse = table.Get("in/use"u8);
        for (var number = 0; number < 10_000; number++)
        {
            table.Get(Encoding.UTF8.GetBytes($"hostile/{number}"));
            Assert.InRange(table.Count, 1, 200);
            if (number % 50 == 0)
                Assert.Same(inUse, table.Get("in/use"u8));
        }

        for (var number = 0; number < 200; number++)
            table.Get(Encoding.UTF8.GetBytes($"other/{number}"));
        Assert.NotSame(inUse, table.Get("in/use"u8));
    }

    [Fact]
    public void Long_names_are_forgotten_sooner()
    {
        var table = new TopicTable(maximumBytes: 10_000_000);
        for (var number = 0; number < 500; number++)
            table.Get(Encoding.UTF8.GetBytes($"{number}/{new string('x', 60_000)}"));
        Assert.InRange(table.Count, 2, 2 * 10_000_000 / 60_000);
    }

    [Fact]
    public void The_table_of_names_is_a_set_whatever_comes_and_goes() =>
        Gen.Select(Gen.Int[0, 60], Gen.Bool).Array[0, 400].Sample(steps =>
        {
            var (table, model) = (new NameTable(), new Dictionary<int, Topic>());
            foreach (var (number, isAdded) in steps)
            {
                var topic = Build.Topic($"{number}");
                if (model.Remove(number, out var known))
                    table.Remove(known);
                if (isAdded)
                    table.Add(model[number] = topic);
                Assert.Equal(model.Count, table.Count);
                Assert.Same(model.GetValueOrDefault(number), table.Find(topic.Utf8, topic.Hash));
            }

            Assert.All(model.Values, topic => Assert.Same(topic, table.Find(topic.Utf8, topic.Hash)));
            Assert.Equal(model.Values.ToHashSet<Named>(), table.Slots.ToArray().OfType<Named>().ToHashSet());
        });
}
