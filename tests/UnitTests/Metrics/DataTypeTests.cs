using Sparkplug.Metrics;

namespace UnitTests.Metrics;

public sealed class DataTypeTests
{
    [Fact]
    [Spec("tck-id-payloads-metric-datatype-value")]
    public void The_enumeration_is_that_of_the_schema()
    {
        // The names as in the schema's file: the generated code spells some of them its own way.
        var schema = Sparkplug.Payloads.Wire.SparkplugBReflection.Descriptor.EnumTypes.Single().Values.Select(value => (value.Number, value.Name));
        Assert.Equal(schema, Enum.GetValues<DataType>().Select(type => ((int)type, type.ToString())));
        Assert.Equal(34u, DataTypes.Last);
    }

    [Fact]
    [Spec("tck-id-payloads-dataset-types-value", "tck-id-payloads-metric-propertyvalue-type-value", "tck-id-payloads-template-parameter-type-value")]
    public void Each_number_may_stand_where_the_standard_allows_it()
    {
        for (var number = 0; number <= 255; number++)
        {
            var type = (DataType)number;
            Assert.Equal(number is >= 1 and <= 34 and not (20 or 21), type.IsForMetric());
            Assert.Equal(number is >= 1 and <= 15, type.IsBasic());
            Assert.Equal(number is (>= 1 and <= 15) or 20 or 21, type.IsForProperty());
            Assert.Equal(number is >= 22 and <= 34, type.IsArray());
        }
    }
}
