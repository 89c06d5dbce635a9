using System.Globalization;

namespace HostApp.Configuration;

/// <summary>Reads keys of one section and collects what is wrong with them instead of stopping at the first.</summary>
internal sealed class ConfigurationReader(IConfiguration configuration, string section)
{
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What is wrong so far.</summary>
    public List<string> Faults { get; } = [];

    public void Fault(string key, string what) => Faults.Add($"{Full(key)}: {what}");

    /// <summary>A text; null where the key is missing or empty.</summary>
    public string? Text(string key)
    {
        _known.Add(key);
        var value = configuration[Full(key)];
        if (configuration.GetSection(Full(key)).GetChildren().Any()) Fault(key, "takes one value, not several");
        return string.IsNullOrEmpty(value) ? null : value;
    }

    /// <summary>A text that names a file that is there.</summary>
    public string? ExistingFile(string key)
    {
        var path = Text(key);
        if (path is not null && !File.Exists(path)) Fault(key, $"there is no file '{path}'");
        return path;
    }

    public bool Boolean(string key, bool otherwise)
    {
        var text = Text(key);
        if (text is null) return otherwise;
        if (bool.TryParse(text, out var value)) return value;
        Fault(key, $"'{text}' is neither true nor false");
        return otherwise;
    }

    /// <summary>A time span of the form <c>hh:mm:ss[.fff]</c>; a bare number is refused, since it would be days.</summary>
    public TimeSpan Duration(string key, TimeSpan otherwise, TimeSpan least, TimeSpan most)
    {
        var text = Text(key);
        if (text is null) return otherwise;
        if (!text.Contains(':', StringComparison.Ordinal) || !TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out var value))
            Fault(key, $"'{text}' is not a time span of the form hh:mm:ss, such as 00:00:02.500");
        else if (value < least || value > most)
            Fault(key, $"{text} is not between {least:c} and {most:c}");
        else
            return value;
        return otherwise;
    }

    /// <summary>The entries <c>key:0</c>, <c>key:1</c>, … that are not empty.</summary>
    public IReadOnlyList<(string Key, string Value)> List(string key)
    {
        _known.Add(key);
        var list = configuration.GetSection(Full(key));
        if (!string.IsNullOrEmpty(list.Value)) Fault(key, $"takes entries, as in {Full(key)}:0");
        var entries = new List<(string, string)>();
        foreach (var child in list.GetChildren())
        {
            var entry = $"{key}:{child.Key}";
            if (!int.TryParse(child.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _)) Fault(entry, "entries are numbered from 0");
            else if (child.GetChildren().Any()) Fault(entry, "takes one value, not several");
            else if (!string.IsNullOrEmpty(child.Value)) entries.Add((entry, child.Value));
        }
        return entries;
    }

    /// <summary>Finds the keys of the section that nobody asked for: each is a typing mistake.</summary>
    public void FaultUnknownKeys() => FaultUnknownKeys(configuration.GetSection(section), "");

    private void FaultUnknownKeys(IConfigurationSection parent, string prefix)
    {
        foreach (var child in parent.GetChildren())
        {
            var key = prefix + child.Key;
            if (_known.Contains(key)) continue;
            if (_known.Any(known => known.StartsWith(key + ":", StringComparison.OrdinalIgnoreCase)) && child.Value is null)
                FaultUnknownKeys(child, key + ":");
            else
                Fault(key, "is not a key of the host application");
        }
    }

    private string Full(string key) => $"{section}:{key}";
}
