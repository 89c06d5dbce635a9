using System.Diagnostics;
using SystemTests.Support;

namespace SystemTests.Wireshark;

/// <summary>Wireshark's own reading of a capture: the Sparkplug B dissector on the protobuf schema of this repository.</summary>
internal static class Tshark
{
    private const char Column = '\t', Item = '|';

    /// <summary>The package that the dissector looks for; the messages are the same under the older name.</summary>
    private const string Package = "com.cirruslink.sparkplug.protobuf";

    /// <summary>
    /// Reads each Sparkplug message of a capture. A field is named as the dissector names it (<c>sparkplugb.groupid</c>) or, beginning
    /// with a dot, as the schema does (<c>.Metric.name</c>); it has one item for each time that it occurs in the message.
    /// </summary>
    public static async Task<IReadOnlyList<IReadOnlyList<string[]>>> ReadAsync(string capture, params string[] fields)
    {
        var schemas = Directory.CreateDirectory(capture + ".schema").FullName;
        var schema = await File.ReadAllTextAsync(Repository.PathOf("proto", "sparkplug_b.proto"));
        await File.WriteAllTextAsync(Path.Combine(schemas, "sparkplug_b.proto"), schema.Replace("package org.eclipse.tahu.protobuf;", $"package {Package};", StringComparison.Ordinal));
        string[] args =
        [
            "-r", capture, "-d", $"tcp.port=={CaptureFile.Port},mqtt",
            "-o", $"uat:protobuf_search_paths:\"{schemas}\",\"TRUE\"", "-o", "protobuf.preload_protos:TRUE", "-o", "protobuf.pbf_as_hf:TRUE",
            "-Y", "sparkplugb", "-T", "fields", "-E", "separator=/t", "-E", $"aggregator={Item}",
            .. fields.SelectMany(field => new[] { "-e", field.StartsWith('.') ? $"pbf.{Package}.Payload{field}" : field }),
        ];
        var lines = await RunAsync(args);
        return [.. lines.Select(line => line.Split(Column).Select(cell => cell.Length == 0 ? [] : cell.Split(Item)).ToArray())];
    }

    private static async Task<string[]> RunAsync(string[] args)
    {
        using var tshark = Process.Start(new ProcessStartInfo("tshark", args) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = tshark.StandardError.ReadToEndAsync();
        var output = await tshark.StandardOutput.ReadToEndAsync();
        await tshark.WaitForExitAsync();
        Assert.True(tshark.ExitCode == 0, await errors);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
