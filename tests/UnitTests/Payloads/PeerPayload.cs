using System.Runtime.CompilerServices;
using System.Text.Json;

namespace UnitTests.Payloads;

/// <summary>A payload that another implementation sent, with a neutral decoding of it: protobuf's own names, 64-bit numbers as text, bytes in base64.</summary>
/// <param name="Source">Who sent it.</param>
/// <param name="Topic">Where to.</param>
/// <param name="Bytes">What was on the wire.</param>
/// <param name="Neutral">The neutral decoding.</param>
internal sealed record PeerPayload(string Source, string Topic, byte[] Bytes, JsonElement Neutral)
{
    public static readonly IReadOnlyList<PeerPayload> All = [.. File.ReadLines(Path.Combine(Folder(), "peer-payloads.jsonl")).Select(Read)];

    private static PeerPayload Read(string line)
    {
        var json = JsonDocument.Parse(line).RootElement;
        return new PeerPayload(json.GetProperty("source").GetString()!, json.GetProperty("topic").GetString()!,
            Convert.FromHexString(json.GetProperty("hex").GetString()!), json.GetProperty("payload"));
    }

    private static string Folder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
