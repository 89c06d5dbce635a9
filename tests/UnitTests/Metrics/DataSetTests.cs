using Sparkplug.Metrics;

namespace UnitTests.Metrics;

public sealed class DataSetTests
{
    private static readonly DataSetColumn[] Columns = [new("n", DataType.Int32), new("s", DataType.String)];

    [Fact]
    [Spec("tck-id-payloads-dataset-types-value")]
    public void A_column_can_have_a_basic_type_only()
    {
        foreach (var type in Enum.GetValues<DataType>())
        {
            var thrown = Record.Exception(() => new DataSet([new DataSetColumn("c", type)], []));
            Assert.Equal(!type.IsBasic(), thrown is ArgumentException);
        }
    }

    [Fact]
    public void A_row_has_one_cell_of_the_right_type_for_each_column()
    {
        Assert.NotNull(new DataSet(Columns, [[MetricValue.Int32(1), MetricValue.Null(DataType.String)]]));
        Assert.Throws<ArgumentException>(() => new DataSet(Columns, [[MetricValue.Int32(1)]]));
        Assert.Throws<ArgumentException>(() => new DataSet(Columns, [[MetricValue.Int32(1), MetricValue.String(""), MetricValue.String("")]]));
        Assert.Throws<ArgumentException>(() => new DataSet(Columns, [[MetricValue.Int32(1), MetricValue.Text("")]]));
        Assert.Throws<ArgumentException>(() => new DataSet(Columns, [[MetricValue.Int32(1), default]]));
    }

    [Fact]
    public void Tables_are_equal_by_columns_and_cells()
    {
        var table = With("a");

        Assert.Equal(table, With("a"));
        Assert.NotEqual(table, With("b"));
        Assert.NotEqual(table, new DataSet(Columns, []));
        Assert.NotEqual(new DataSet(Columns, []), new DataSet([Columns[0], new("t", DataType.String)], []));

        static DataSet With(string text) => new(Columns, [[MetricValue.Int32(1), MetricValue.String(text)]]);
    }
}
