using System.Text.RegularExpressions;

namespace UnitTests.Architecture;

/// <summary>What a folder may use is decided once, in the design; this keeps it so.</summary>
public sealed class LayoutTests
{
    private const string Mqtt = @"\bMQTTnet\b";
    private const string Protobuf = @"\bGoogle\.Protobuf\b|\bPayloads\.Wire\b|\busing Wire\b";

    /// <summary>What a pure folder has no need of: sockets, disks, clocks, tasks, threads, randomness, logs.</summary>
    private const string Impure =
        Mqtt + "|" + Protobuf +
        @"|\bSystem\.Net\b|\bSystem\.IO\b|\bSystem\.Threading\b|\bTask\b|\bValueTask\b|\bThread\b|\basync\b|\bawait\b|\block\s*\(" +
        @"|\bTimer\b|\bStopwatch\b|\bTimeProvider\b|\bDateTime(Offset)?\.(Utc)?Now\b|\bEnvironment\.|\bRandom\b|\bGuid\.(NewGuid|CreateVersion7)\b" +
        @"|\bILogger\b|\bMicrosoft\.|\bSqlite\b|\bSerialPort\b|\bConsole\.";

    [Theory]
    [InlineData("src/Sparkplug/Topics")]
    [InlineData("src/Sparkplug/Metrics")]
    [InlineData("src/Sparkplug/Edge")]
    [InlineData("src/Sparkplug/Host")]
    [InlineData("edge-node/Devices")]
    public void A_pure_folder_uses_no_socket_clock_task_or_adapter(string folder) =>
        AssertNone(folder, Impure, (path, line) => path == "src/Sparkplug/Metrics/Timestamp.cs" && line.Contains("Timestamp Now(TimeProvider clock)", StringComparison.Ordinal));

    [Fact]
    public void Payloads_uses_protobuf_but_no_socket_clock_or_task() =>
        AssertNone("src/Sparkplug/Payloads", Impure.Replace("|" + Protobuf, "", StringComparison.Ordinal), (_, _) => false);

    [Fact]
    public void Only_payloads_uses_protobuf()
    {
        foreach (var folder in (string[])["src", "edge-node", "host-app"])
            AssertNone(folder, Protobuf, (path, _) => path.StartsWith("src/Sparkplug/Payloads/", StringComparison.Ordinal));
    }

    [Fact]
    public void Within_the_library_only_mqtt_uses_the_mqtt_client() =>
        AssertNone("src/Sparkplug", Mqtt, (path, _) => path.StartsWith("src/Sparkplug/Mqtt/", StringComparison.Ordinal));

    [Fact]
    public void Edge_node_and_host_reach_the_mqtt_client_through_the_library_only()
    {
        foreach (var folder in (string[])["edge-node", "host-app"]) AssertNone(folder, Mqtt, (_, _) => false);
    }

    [Fact]
    public void No_wire_type_of_the_payload_is_public() =>
        Assert.DoesNotContain(typeof(Sparkplug.Payloads.Payload).Assembly.GetExportedTypes(), type => type.Namespace == "Sparkplug.Payloads.Wire");

    [Theory]
    [InlineData("src/Sparkplug", "Sparkplug.Broker|EdgeNode|HostApp|Sparkplug.Cli")]
    [InlineData("src/Sparkplug.Broker", "EdgeNode|HostApp|Sparkplug.Cli")]
    [InlineData("edge-node", "Sparkplug.Broker|HostApp|Sparkplug.Cli")]
    [InlineData("host-app", "Sparkplug.Broker|EdgeNode|Sparkplug.Cli")]
    public void Broker_edge_node_and_host_never_reference_each_other(string folder, string others)
    {
        var project = Assert.Single(Directory.GetFiles(Path.Combine(SourceFiles.Root, folder), "*.csproj"));
        foreach (var other in others.Split('|'))
        {
            Assert.DoesNotContain($"/{other}.csproj", File.ReadAllText(project), StringComparison.Ordinal);
            AssertNone(folder, $@"^\s*(global\s+)?using\s+(static\s+)?{Regex.Escape(other)}\b", (_, _) => false);
        }
    }

    [Theory]
    [InlineData("src/Sparkplug")]
    [InlineData("src/Sparkplug.Broker")]
    [InlineData("edge-node")]
    [InlineData("host-app")]
    public void A_namespace_is_the_folder(string folder)
    {
        var project = Path.GetFileNameWithoutExtension(Assert.Single(Directory.GetFiles(Path.Combine(SourceFiles.Root, folder), "*.csproj")));
        foreach (var (path, code) in SourceFiles.In(folder))
        {
            var within = Path.GetDirectoryName(Path.GetRelativePath(folder, path))!.Replace('/', '.');
            var expected = within.Length == 0 ? project : $"{project}.{within}";
            if (Regex.Match(code, @"^namespace\s+([\w.]+)", RegexOptions.Multiline) is { Success: true } match) Assert.Equal((path, expected), (path, match.Groups[1].Value));
        }
    }

    private static void AssertNone(string folder, string pattern, Func<string, string, bool> isAllowed)
    {
        var found =
            from file in SourceFiles.In(folder)
            from line in file.Code.Split('\n')
            where Regex.IsMatch(line, pattern) && !isAllowed(file.Path, line)
            select $"{file.Path}: {line.Trim()}";
        Assert.Empty(found);
    }
}
