using Sparkplug.Host;
using Sparkplug.Metrics;
using Sparkplug.Payloads;
using static UnitTests.Host.NodeUnderTest;

namespace UnitTests.Host;

public sealed class NodeTemplateTests
{
    private static readonly Template Motor = new()
    {
        IsDefinition = true, Version = "1",
        Metrics = [Member("Speed", MetricValue.Int32(0)), Member("Name", MetricValue.Null(DataType.String))],
        Parameters = [new TemplateParameter("Poles", MetricValue.Int32(4)), new TemplateParameter("Maker", MetricValue.String("Acme"))],
    };

    private static readonly Template M1 = new()
    {
        TemplateRef = "Motor", Metrics = [Member("Speed", MetricValue.Int32(10)), Member("Name", MetricValue.String("M1"))], Parameters = [new TemplateParameter("Poles", MetricValue.Int32(6))],
    };

    private readonly NodeUnderTest _node = new();

    [Fact]
    [Spec("tck-id-payloads-template-definition-nbirth", "tck-id-payloads-template-instance-parameters", "tck-id-payloads-template-definition-parameters-default")]
    public void An_instance_takes_missing_parameters_from_its_definition_wherever_that_stands()
    {
        _node.Nbirth(0, Born("M1", MetricValue.Template(M1)), Born("Motor", MetricValue.Template(Motor)));
        Assert.Equal(Motor, _node.State.TemplateDefinitions["Motor"]);
        Assert.DoesNotContain("Motor", _node.State.Metrics.Keys);
        Assert.Equal([new TemplateParameter("Poles", MetricValue.Int32(6)), new TemplateParameter("Maker", MetricValue.String("Acme"))], Value("M1").Parameters);
        Assert.Equal("1", Value("M1").Version);
        Assert.Empty(_node.Faults);
    }

    [Fact]
    [Spec("tck-id-payloads-template-instance-members-data")]
    public void Some_members_in_DATA_are_laid_over_the_current_instance()
    {
        WithInstance();
        var part = new Template { TemplateRef = "Motor", Metrics = [new Metric { Name = "Speed", Value = MetricValue.Untyped(WireKind.Int, 77, null) }] };
        _node.Ndata(1, Named("M1", MetricValue.Template(part)));
        Assert.Equal([MetricValue.Int32(77), MetricValue.String("M1")], Value("M1").Metrics.Select(member => member.Value));
        Assert.Equal(MetricValue.Template(Value("M1")), _node.Updates[^1].Value);
    }

    [Fact]
    [Spec("tck-id-payloads-template-instance-members", "tck-id-payloads-template-definition-members")]
    public void A_member_that_the_definition_does_not_have_is_refused()
    {
        WithInstance();
        var part = new Template { TemplateRef = "Motor", Metrics = [Member("Colour", MetricValue.String("red"))] };
        Assert.Equal(["fault UnknownMetric", "rebirth UnknownMetric on 0"], _node.Ndata(1, Named("M1", MetricValue.Template(part))));
        Assert.Equal(M1.Metrics, Value("M1").Metrics);
    }

    [Fact]
    public void A_member_of_another_type_or_an_instance_of_another_definition_is_a_wrong_type()
    {
        WithInstance();
        Assert.Contains("fault WrongType", _node.Ndata(1, Named("M1", MetricValue.Template(new Template { Metrics = [Member("Speed", MetricValue.String("fast"))] }))));
        Assert.Contains("fault WrongType", _node.Ndata(2, Named("M1", MetricValue.Template(new Template { TemplateRef = "Pump" }))));
        Assert.Contains("fault WrongType", _node.Ndata(3, Named("M1", MetricValue.Template(Motor))));
        Assert.Equal(M1.Metrics, Value("M1").Metrics);
    }

    [Fact]
    public void A_part_that_comes_after_a_null_is_laid_over_the_last_instance()
    {
        WithInstance();
        _node.Ndata(1, Named("M1", default));
        Assert.True(_node.State.Metrics["M1"].Value.IsNull);
        _node.Ndata(2, Named("M1", MetricValue.Template(new Template { Metrics = [Member("Speed", MetricValue.Int32(5))] })));
        Assert.Equal([MetricValue.Int32(5), MetricValue.String("M1")], Value("M1").Metrics.Select(member => member.Value));
    }

    [Fact]
    public void A_historical_part_is_reported_whole_and_does_not_move_the_instance()
    {
        WithInstance();
        _node.Ndata(1, Named("M1", MetricValue.Template(new Template { Metrics = [Member("Speed", MetricValue.Int32(5))] })) with { IsHistorical = true });
        Assert.Equal(2, _node.Updates[^1].Value.AsTemplate().Metrics.Count);
        Assert.Equal(M1.Metrics, Value("M1").Metrics);
    }

    [Fact]
    public void Nested_instances_are_completed_and_merged()
    {
        var line = new Template { IsDefinition = true, Metrics = [Member("Left", MetricValue.Template(M1)), Member("Count", MetricValue.Int32(0))] };
        _node.Nbirth(0, Born("Motor", MetricValue.Template(Motor)), Born("Line", MetricValue.Template(line)),
            Born("L1", MetricValue.Template(new Template { TemplateRef = "Line", Metrics = [Member("Left", MetricValue.Template(M1))] })));
        Assert.Equal(["Left", "Count"], Value("L1").Metrics.Select(member => member.Name));
        Assert.Equal(2, Value("L1").Metrics[0].Value.AsTemplate().Parameters.Count);
        var inner = new Template { Metrics = [Member("Speed", MetricValue.Int32(9))] };
        _node.Ndata(1, Named("L1", MetricValue.Template(new Template { Metrics = [Member("Left", MetricValue.Template(inner))] })));
        Assert.Equal(MetricValue.Int32(9), Value("L1").Metrics[0].Value.AsTemplate().Metrics[0].Value);
    }

    [Fact]
    public void A_definition_in_a_DBIRTH_is_tolerated()
    {
        _node.Nbirth();
        _node.Dbirth(1, Born("Motor", MetricValue.Template(Motor)), Born("M1", MetricValue.Template(M1)));
        Assert.Empty(_node.Faults);
        Assert.Equal(2, _node.D1.Metrics["M1"].Value.AsTemplate().Parameters.Count);
    }

    [Fact]
    public void An_instance_without_definition_is_taken_as_it_is_and_reported()
    {
        Assert.Contains("fault IncompleteBirth", _node.Nbirth(0, Born("M1", MetricValue.Template(M1))));
        Assert.Equal(M1, Value("M1"));
    }

    [Fact]
    public void An_NBIRTH_forgets_the_definitions_of_the_one_before()
    {
        WithInstance();
        _node.Nbirth();
        Assert.Empty(_node.State.TemplateDefinitions);
    }

    [Fact]
    public void Instances_cannot_unfold_into_more_than_the_capacity()
    {
        var node = new NodeUnderTest(new NodeStateOptions { MetricCapacity = 100 });
        var large = new Template { IsDefinition = true, Metrics = [.. Enumerable.Range(0, 50).Select(i => Member($"m{i}", MetricValue.Int32(i)))] };
        var instances = Enumerable.Range(0, 50).Select(i => Born($"i{i}", MetricValue.Template(new Template { TemplateRef = "Large" }))).ToArray();
        node.Nbirth(0, [Born("Large", MetricValue.Template(large)), .. instances]);
        Assert.Equal(100, node.State.Metrics.Values.Where(metric => metric.DataType == DataType.Template).Sum(metric => metric.Value.AsTemplate().Metrics.Count));
        Assert.Equal(48, node.State.Counts.Of(NodeFault.IncompleteBirth));
    }

    private void WithInstance() => _node.Nbirth(0, Born("Motor", MetricValue.Template(Motor)), Born("M1", MetricValue.Template(M1)));

    private Template Value(string metric) => _node.State.Metrics[metric].Value.AsTemplate();

    private static Metric Member(string name, MetricValue value) => new() { Name = name, DataType = value.Type, Value = value };
}
