using System.IO.Enumeration;

namespace EdgeNode.Serial;

/// <summary>A port that is configured, or was found.</summary>
/// <param name="Path">The path as configured, or as a pattern found it: the port's name.</param>
/// <param name="Device">The device behind it, with symbolic links resolved.</param>
/// <param name="Identity">Which device node that is.</param>
public sealed record FoundPort(string Path, string Device, DeviceIdentity Identity);

/// <summary>Looks which of the configured ports are there. One device is found once, under the first of its names.</summary>
/// <param name="options">What to look for.</param>
public sealed class PortWatcher(SerialOptions options)
{
    private static readonly EnumerationOptions AllEntries = new() { AttributesToSkip = 0, IgnoreInaccessible = true, MatchType = MatchType.Simple };

    /// <summary>The configured paths that are no patterns: they are known also while nothing is there.</summary>
    public IReadOnlyList<string> NamedPaths { get; } =
        [.. options.Ports.Where(port => port != SerialOptions.Auto && !IsPattern(port)).Select(Path.GetFullPath).Distinct()];

    /// <summary>Looks now.</summary>
    public IReadOnlyList<FoundPort> Scan()
    {
        var found = new List<FoundPort>();
        var devices = new HashSet<DeviceIdentity>();
        foreach (var path in options.Ports.SelectMany(Expand))
            if (TryFind(path, out var port) && devices.Add(port.Identity)) found.Add(port);
        return found;
    }

    private IEnumerable<string> Expand(string port)
    {
        if (port == SerialOptions.Auto) return options.AutoPatterns.SelectMany(Expand);
        var path = Path.GetFullPath(port);
        if (!IsPattern(port)) return [path];
        var directory = Path.GetDirectoryName(path);
        if (!Directory.Exists(directory)) return [];
        return Directory.EnumerateFileSystemEntries(directory, Path.GetFileName(path), AllEntries).Order(StringComparer.Ordinal);
    }

    private bool TryFind(string path, out FoundPort port)
    {
        port = null!;
        if (!DeviceFile.TryIdentify(path, out var identity)) return false;
        var device = Resolve(path);
        if (device is null || options.Exclude.Any(pattern => Matches(pattern, path) || Matches(pattern, device))) return false;
        port = new FoundPort(path, device, identity);
        return true;
    }

    // A link can vanish between two looks at it; the next scan sees what is there then.
    private static string? Resolve(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static bool IsPattern(string port) => port.AsSpan().IndexOfAny('*', '?') >= 0;

    private static bool Matches(string pattern, string path) => FileSystemName.MatchesSimpleExpression(pattern, path, ignoreCase: false);
}
