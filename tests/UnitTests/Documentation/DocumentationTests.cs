using System.Text.RegularExpressions;
using UnitTests.Architecture;

namespace UnitTests.Documentation;

/// <summary>What the documentation says about the tree is so.</summary>
public sealed partial class DocumentationTests
{
    private const string SharedKeys = "src/Sparkplug/Configuration/MqttSettings.cs";

    [Theory]
    [InlineData("Broker", "src/Sparkplug.Broker", false)]
    [InlineData("EdgeNode", "edge-node", true)]
    [InlineData("Host", "host-app", true)]
    public void Every_key_that_a_service_reads_is_documented_and_no_other(string section, string folder, bool isMqttClient)
    {
        var read = KeysRead(folder, "");
        if (isMqttClient) read.UnionWith(KeysRead("src/Sparkplug/Configuration", SharedKeys));
        Assert.Equal(read.Order(StringComparer.Ordinal), KeysDocumented(section, isMqttClient).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("docs")]
    [InlineData("edge-node/firmware/SparkplugBoard/README.md")]
    public void Every_link_to_a_file_leads_to_one(string place)
    {
        var full = Path.Combine(SourceFiles.Root, place);
        var pages = Directory.Exists(full) ? Directory.GetFiles(full, "*.md", SearchOption.AllDirectories) : [full];
        var dead =
            from page in pages
            from Match link in Link().Matches(File.ReadAllText(page))
            let target = Path.Combine(Path.GetDirectoryName(page)!, link.Groups["target"].Value)
            where !Path.Exists(target)
            select $"{Path.GetRelativePath(SourceFiles.Root, page)}: {link.Value}";
        Assert.Empty(dead);
    }

    private static HashSet<string> KeysRead(string folder, string file) =>
    [
        .. from source in SourceFiles.In(folder)
           where file.Length == 0 || source.Path == file
           from Match reading in Reading().Matches(source.Code)
           select reading.Groups["key"].Value,
    ];

    private static HashSet<string> KeysDocumented(string section, bool isMqttClient)
    {
        var chapters = File.ReadAllText(Path.Combine(SourceFiles.Root, "docs", "configuration.md")).Split("\n## ");
        var keys = chapters.SelectMany(FirstCells).Where(key => key.StartsWith(section + ":", StringComparison.Ordinal)).Select(key => key[(section.Length + 1)..]);
        if (isMqttClient) keys = keys.Concat(FirstCells(chapters.Single(chapter => chapter.StartsWith("MQTT keys", StringComparison.Ordinal))));
        return [.. keys.Select(key => key.EndsWith(":N", StringComparison.Ordinal) ? key[..^2] : key)];
    }

    /// <summary>What stands as code in the first cells of a chapter's tables.</summary>
    private static IEnumerable<string> FirstCells(string chapter) =>
        from line in chapter.Split('\n')
        where line.StartsWith("| `", StringComparison.Ordinal)
        from Match code in Code().Matches(line.Split('|')[1])
        select code.Groups["text"].Value;

    [GeneratedRegex(@"(?:settings\.(?:Text|Required|Parsed|Flag|Number|Duration|ExistingFile|Folder|List)|Id|Listener)\((?:settings, )?""(?<key>\w+(?::\w+)*)""")]
    private static partial Regex Reading();

    [GeneratedRegex("`(?<text>[^`]+)`")]
    private static partial Regex Code();

    // No space in it: a lambda of C++ is no link.
    [GeneratedRegex(@"\]\((?!\w+:)(?<target>[^)#\s]+)[)#]")]
    private static partial Regex Link();
}
