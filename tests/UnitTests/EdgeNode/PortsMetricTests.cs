using EdgeNode.Serial;
using EdgeNode.Session;
using Sparkplug.Metrics;

namespace UnitTests.EdgeNode;

public sealed class PortsMetricTests
{
    [Fact]
    public void What_another_language_and_a_flood_have_cost_is_told()
    {
        var counters = new LinkCounters { Frames = 1, Crc = 2, Resets = 3, Lost = 4, Foreign = 10, Overlong = 20, Syntax = 30, Unknown = 40, Flood = 5 };

        var table = PortsMetric.Value([new PortSnapshot("/dev/ttyUSB0", "/dev/ttyUSB0", PortState.Foreign, "", null, counters)]).AsDataSet();

        var cells = table.Columns.Select(column => column.Name).Zip(table.Rows.Single()).ToDictionary(cell => cell.First, cell => cell.Second);
        Assert.Equal(MetricValue.String("Foreign"), cells["state"]);
        Assert.Equal(
            [1, 2, 3, 4, 100, 5],
            new[] { "frames", "crcErrors", "resets", "lost", "dropped", "floods" }.Select(column => cells[column].AsInt64()));
    }

    [Fact]
    public void A_boards_words_in_the_log_read_well_and_command_no_terminal() =>
        Assert.Equal("'a b' is not described\\1B[2J\\0A", LinkText.Show("'a b' is not described\u001b[2J\n"));
}
