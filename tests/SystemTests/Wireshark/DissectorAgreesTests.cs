using System.Globalization;
using Sparkplug.Metrics;
using Sparkplug.Payloads;
using Sparkplug.Topics;
using SystemTests.EndToEnd;
using SystemTests.Support;

namespace SystemTests.Wireshark;

/// <summary>Wireshark as a neutral judge of the bytes that our edge node and host publish.</summary>
[Collection(RealClock.Name)]
public sealed class DissectorAgreesTests
{
    private static readonly string[] Fields =
    [
        "sparkplugb.groupid", "sparkplugb.messagetype", "sparkplugb.edgenodeid", "sparkplugb.deviceid",
        ".seq", ".timestamp", ".uuid", ".Metric.name", ".Metric.alias", ".Metric.timestamp", ".Metric.datatype", ".Metric.is_null",
        ".Metric.int_value", ".Metric.long_value", ".Metric.float_value", ".Metric.double_value", ".Metric.boolean_value", ".Metric.string_value",
        ".PropertySet.keys", ".DataSet.columns",
    ];

    [Fact]
    public async Task The_dissector_reads_a_recorded_session_as_we_do()
    {
        var messages = await RecordAsync();
        var capture = Path.Combine(Repository.Artifacts, "session.pcap");
        using (var file = new CaptureFile(capture))
            foreach (var (topic, payload) in messages) file.Add(topic, payload);

        var rows = await Tshark.ReadAsync(capture, Fields);

        Assert.Equal(messages.Count, rows.Count);
        foreach (var (message, row) in messages.Zip(rows)) AssertAgrees(message.Topic, message.Payload, row);
        var types = messages.Select(message => SparkplugTopic.Parse(message.Topic).Type).ToHashSet();
        Assert.Superset(
            new HashSet<MessageType>([MessageType.NBIRTH, MessageType.DBIRTH, MessageType.DDATA, MessageType.DCMD, MessageType.DDEATH, MessageType.NDEATH]), types);
    }

    /// <summary>All but STATE, which is JSON and which the dissector takes for protobuf.</summary>
    private static async Task<List<(string Topic, byte[] Payload)>> RecordAsync()
    {
        await using var plant = await Plant.StartAsync(BrokerKind.Mosquitto);
        var port = new Uri(plant.Server).Port.ToString(CultureInfo.InvariantCulture);
        await using var recorder = ServiceProcess.Start("recorder", "mosquitto_sub", ["-h", "127.0.0.1", "-p", port, "-t", "spBv1.0/#", "-F", "%t %x"]);
        await recorder.WaitForLineAsync("/STATE/", 20); // retained: the subscription stands
        await plant.Api.RebirthAsync(Plant.Group, Plant.Node);
        await recorder.WaitForLineAsync("/DBIRTH/", 20);
        await plant.Board.SetAnalogAsync(0, 905);
        await plant.WaitForValueAsync("temperature", 20, value => Math.Abs(value - 40.5) < 1);
        await plant.Api.CommandAsync(plant.DevicePath, "relay", true);
        await plant.Board.UnplugAsync();
        await recorder.WaitForLineAsync("/DDEATH/", 20);
        await plant.Edge.TerminateAsync();
        await recorder.WaitForLineAsync("/NDEATH/", 20);
        return [.. recorder.Lines.Select(line => line.Split(' ')).Where(parts => !parts[0].Contains("/STATE/", StringComparison.Ordinal))
            .Select(parts => (parts[0], Convert.FromHexString(parts[1])))];
    }

    private static void AssertAgrees(string text, byte[] bytes, IReadOnlyList<string[]> row)
    {
        Assert.True(PayloadCodec.TryDecode(bytes, PayloadLimits.Default, out var payload, out var fault), fault.ToString());
        var (group, node, device) = SparkplugTopic.Parse(text) switch
        {
            SparkplugTopic.Device topic => (topic.EdgeNode.GroupId, topic.EdgeNode.EdgeNodeId, new[] { topic.DeviceId }),
            SparkplugTopic.Node topic => (topic.EdgeNode.GroupId, topic.EdgeNode.EdgeNodeId, []),
            var other => throw new InvalidOperationException($"recorded {other}"),
        };
        var metrics = payload.Metrics;
        string[][] ours =
        [
            [group], [text.Split('/')[2]], [node], device,
            Present(payload.Seq), Present(payload.Timestamp?.Milliseconds), Present(payload.Uuid),
            Texts(metrics, metric => metric.Name), Texts(metrics, metric => metric.Alias), Texts(metrics, metric => metric.Timestamp?.Milliseconds),
            Texts(metrics, metric => (int?)metric.DataType), [.. metrics.Where(metric => metric.Value.IsNull).Select(_ => "1")],
            Values(metrics, WireKind.Int, bits => ((uint)bits).ToString(CultureInfo.InvariantCulture)),
            Values(metrics, WireKind.Long, bits => bits.ToString(CultureInfo.InvariantCulture)),
            Values(metrics, WireKind.Float, bits => Number(BitConverter.UInt32BitsToSingle((uint)bits))),
            Values(metrics, WireKind.Double, bits => Number(BitConverter.UInt64BitsToDouble(bits))),
            Values(metrics, WireKind.Boolean, bits => bits == 0 ? "0" : "1"),
            [.. metrics.Where(metric => metric.Value.Wire == WireKind.String).Select(metric => Text(metric.Value))],
            [.. metrics.SelectMany(metric => metric.Properties ?? PropertySet.Empty).Select(property => property.Key)],
            [.. metrics.Where(metric => metric.Value.Wire == WireKind.DataSet).SelectMany(metric => DataSetOf(metric.Value).Columns).Select(column => column.Name)],
        ];
        for (var i = 0; i < Fields.Length; i++)
        {
            var theirs = Fields[i] is ".Metric.float_value" or ".Metric.double_value"
                ? [.. row[i].Select(number => Number(double.Parse(number, CultureInfo.InvariantCulture)))]
                : row[i];
            Assert.True(ours[i].SequenceEqual(theirs), $"{text} {Fields[i]}: we read {string.Join(", ", ours[i])}, Wireshark {string.Join(", ", theirs)}");
        }
    }

    private static string[] Present<T>(T? value) => value is null ? [] : [string.Create(CultureInfo.InvariantCulture, $"{value}")];

    private static string[] Texts<T>(IEnumerable<Metric> metrics, Func<Metric, T?> field) => [.. metrics.SelectMany(metric => Present(field(metric)))];

    private static string[] Values(IEnumerable<Metric> metrics, WireKind wire, Func<ulong, string> text) =>
        [.. metrics.Where(metric => metric.Value.Wire == wire).Select(metric => text(metric.Value.Bits))];

    /// <summary>The dissector writes six significant digits of a float and fifteen of a double.</summary>
    private static string Number(double value) => value.ToString("G6", CultureInfo.InvariantCulture);

    private static string Text(MetricValue value) => (string)value.Reference!;

    private static DataSet DataSetOf(MetricValue value) => (DataSet)value.Reference!;
}
