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
        @"|\bDateTime\.Today\b|\bRandomNumberGenerator\b|\bILogger\b|\bMicrosoft\.|\bSqlite\b|\bSerialPort\b|\bConsole\.|\bProcess\b" +
        // Their namespaces are imported everywhere.
        @"|\b(File|Directory|Path)\.|\b(File|Memory|Network)?Stream(Reader|Writer)?\b|\bHttpClient\b|\bSocket\b" +
        @"|\b(Interlocked|Volatile|Monitor|Lock|SemaphoreSlim|CancellationToken)\b";

    [Theory]
    [InlineData("src/Sparkplug/Topics")]
    [InlineData("src/Sparkplug/Metrics")]
    [InlineData("src/Sparkplug/Edge")]
    [InlineData("src/Sparkplug/Host")]
    [InlineData("src/Sparkplug.Broker/Packets")]
    [InlineData("edge-node/Devices")]
    [InlineData("src/Sparkplug.Broker/Routing")]
    public void A_pure_folder_uses_no_socket_clock_task_or_adapter(string folder) =>
        AssertNone(folder, Impure, (path, line) => path == "src/Sparkplug/Metrics/Timestamp.cs" && line.Contains("Timestamp Now(TimeProvider clock)", StringComparison.Ordinal));

    /// <summary>State machines that live beside the shell that drives them.</summary>
    [Theory]
    [InlineData("edge-node/Serial", "BoardLink", "BoardLinkInput", "IBoardLinkOutputs", "BootCheck", "CommandLane", "DescriptionAssembly", "FloodGuard",
        "Frame", "FrameParser", "FrameWriter", "GetSchedule", "HelloSchedule", "KnownBoard", "LineReader", "LineWatch", "LinkLine", "SequenceCheck")]
    [InlineData("edge-node/Session", "BoardDevices", "PortsMetric")]
    [InlineData("host-app/Commands", "Command", "CommandBook", "CommandInput", "CommandProofs")]
    [InlineData("host-app/Streaming", "DirtySet")]
    [InlineData("src/Sparkplug.Broker/Sessions", "Acknowledgements", "BrokerLimits", "Client", "Deadlines", "Delivery", "Distributor", "Durability", "Inbox",
        "OutboundAliases", "Outbox", "Publication", "PublishRate", "RetainedFeed", "Session", "SessionTable", "SubscriptionDesk", "Wills")]
    [InlineData("src/Sparkplug.Broker/Connections", "LoopDelay", "PartialPacket")]
    [InlineData("src/Sparkplug.Broker/Storage", "Checksum", "MessageReferences", "PendingChanges", "SessionChanges", "StoreChange")]
    [InlineData("src/Sparkplug.Broker/Awareness", "NdeathTimestamp")]
    [InlineData("src/Sparkplug.Broker/Security", "AccessClause", "AccessDecision", "AccessLine", "AccessRoles", "AccessTable", "Permissions")]
    public void A_pure_type_uses_no_socket_clock_task_or_adapter(string folder, params string[] types)
    {
        var files = types.Select(type => $"{folder}/{type}.cs").ToHashSet();
        Assert.Empty(files.Except(SourceFiles.In(folder).Select(file => file.Path)));
        AssertNone(folder, Impure, (path, _) => !files.Contains(path));
    }

    /// <summary>What the broker's engine needs of the world is handed to it: bytes, the time, the disk's word.</summary>
    [Fact]
    public void Sessions_know_no_socket_file_or_thread() =>
        AssertNone("src/Sparkplug.Broker/Sessions", @"\bSystem\.Net\.Sockets\b|\bSocket\b|\bSystem\.IO\b|\b(File|Directory|Path)\.|\bThread\b|\block\s*\(|\bSqlite|\bTask\.Run\b", (_, _) => false);

    [Fact]
    public void Payloads_uses_protobuf_but_no_socket_clock_or_task() =>
        AssertNone("src/Sparkplug/Payloads", Impure.Replace("|" + Protobuf, "", StringComparison.Ordinal), (_, _) => false);

    /// <summary>A library that may be exchanged one day is known to one folder of a program.</summary>
    [Theory]
    [InlineData(Protobuf, "src/Sparkplug/Payloads/")]
    [InlineData(Mqtt, "src/Sparkplug/Mqtt/")]
    [InlineData(@"\bSqlite|\bSQLitePCL\b", "src/Sparkplug.Broker/Storage/")]
    [InlineData(@"\bNSec\b", "src/Sparkplug.Broker/Security/")]
    [InlineData(@"\bBouncyCastle\b", "src/Sparkplug.Broker/Security/")]
    [InlineData(@"\bSystem\.IO\.Ports\b|\bnew SerialPort\b", "edge-node/Serial/")]
    [InlineData(@"\bOpenTelemetry\b", "host-app/HostApplication.cs", "src/Sparkplug.Broker/Administration/AdminApp.cs")]
    public void A_library_stays_in_its_folder(string library, params string[] folders)
    {
        foreach (var program in (string[])["src", "edge-node", "host-app"])
            AssertNone(program, library, (path, _) => folders.Any(folder => path.StartsWith(folder, StringComparison.Ordinal)));
    }

    /// <summary>The host's project imports the web's namespaces everywhere, so its types are looked for as well.</summary>
    [Theory]
    [InlineData("src/Sparkplug")]
    [InlineData("edge-node")]
    [InlineData("src/Sparkplug.Broker/Security")]
    [InlineData("src/Sparkplug.Broker/Storage")]
    [InlineData("src/Sparkplug.Broker/Awareness")]
    [InlineData("src/Sparkplug.Broker/Sessions")]
    [InlineData("src/Sparkplug.Broker/Routing")]
    [InlineData("src/Sparkplug.Broker/Packets")]
    [InlineData("host-app/Tracking")]
    [InlineData("host-app/Commands")]
    [InlineData("host-app/Streaming")]
    public void Http_and_Kestrel_stay_at_the_edge(string folder) =>
        AssertNone(folder, @"\bMicrosoft\.AspNetCore\b|\bHttpContext\b|\bIResult\b|\bTypedResults\b|\bIEndpointRouteBuilder\b|\bWebApplication\b", (_, _) => false);

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
            AssertNone(folder, $@"^\s*(global\s+)?using\s+(static\s+)?(\w+\s*=\s*)?{Regex.Escape(other)}\b", (_, _) => false);
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
