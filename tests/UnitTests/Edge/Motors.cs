using Sparkplug.Edge;
using Sparkplug.Metrics;

namespace UnitTests.Edge;

/// <summary>A Template and its instances.</summary>
internal static class Motors
{
    public static EdgeMetric Definition { get; } = new()
    {
        Name = "Motor",
        DataType = DataType.Template,
        Value = MetricValue.Template(new Template
        {
            IsDefinition = true,
            Parameters = [new TemplateParameter("Poles", MetricValue.Int32(4))],
            Metrics = [Speed(0)],
        }),
    };

    public static EdgeMetric Instance(double speed) => new() { Name = "M1", DataType = DataType.Template, Value = Value(speed) };

    public static MetricValue Value(double speed, string template = "Motor", string parameter = "Poles", params Metric[] more) =>
        MetricValue.Template(new Template
        {
            TemplateRef = template,
            Parameters = [new TemplateParameter(parameter, MetricValue.Int32(6))],
            Metrics = [Speed(speed), .. more],
        });

    private static Metric Speed(double value) => new() { Name = "Speed", DataType = DataType.Double, Value = MetricValue.Double(value) };
}
