using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Sparkplug.Configuration;

/// <summary>
/// Reads one service's settings and collects everything that is wrong with them, so that the user mends all of it at once:
/// <c>--config FILE</c> (JSON), then the environment (<c>Broker__AllowAnonymous=true</c>), then the command line
/// (<c>--Broker:AllowAnonymous=true</c>); the later wins. An empty value counts as absent where a getter does not say otherwise.
/// </summary>
public sealed class Settings
{
    private readonly string _section;
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<ConfigurationFault> _faults = [];

    private Settings(string section) => _section = section;

    /// <summary>The command line alone, for words that would be too common as names of environment variables.</summary>
    public IConfigurationRoot Arguments { get; private set; } = null!;

    /// <summary>All sources merged; for hosting, which reads its <c>Logging</c> section itself.</summary>
    public IConfigurationRoot Source { get; private set; } = null!;

    /// <summary>Merges the sources. Faults of the sources themselves are kept for <see cref="ThrowOnFaults"/>.</summary>
    /// <param name="section">The service's section: <c>Broker</c>, <c>EdgeNode</c> or <c>Host</c>.</param>
    /// <param name="args">The words of the command line.</param>
    /// <param name="alsoKnown">Keys outside the section that this service takes, such as <c>urls</c>.</param>
    public static Settings Read(string section, string[] args, params string[] alsoKnown)
    {
        var settings = new Settings(section);
        string[] outside = ["Logging", .. alsoKnown];
        var commandLine = settings.Arguments = settings.CommandLine(args);
        settings.RefuseOtherSections(commandLine, "the command line", [.. outside, "config"]);
        var merged = new ConfigurationBuilder();
        if (commandLine["config"] is { Length: > 0 } file) settings.AddFile(merged, file, outside);
        settings.Source = merged.AddEnvironmentVariables().AddInMemoryCollection(Values(commandLine)).Build();
        return settings;
    }

    /// <summary>The user's data folder for a service, or a folder below the current one where there is none.</summary>
    public static string DefaultDataDirectory(string service)
    {
        // Unverified: on a fresh account ~/.local/share does not exist yet, and the folder must not depend on where one stands.
        var home = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        return home.Length > 0 ? Path.Combine(home, "sparkplug", service) : Path.GetFullPath(Path.Combine("data", service));
    }

    /// <summary>True when the key was given, even with an empty value.</summary>
    public bool IsSet(string key) => Raw(key) is not null;

    /// <summary>A text, or null.</summary>
    public string? Text(string key) => Raw(key) is { Length: > 0 } text ? text : null;

    /// <summary>A text that must be there; faults and gives "" when it is not.</summary>
    public string Required(string key, string example)
    {
        if (Text(key) is { } text) return text;
        Fault(key, $"is missing; for instance --{_section}:{key}={example}");
        return "";
    }

    /// <summary>A text that <paramref name="parse"/> understands; it throws <see cref="FormatException"/> or <see cref="ArgumentException"/> to refuse.</summary>
    public T? Parsed<T>(string key, Func<string, T> parse, T? missing = default)
    {
        if (Text(key) is not { } text) return missing;
        try
        {
            return parse(text);
        }
        catch (Exception refused) when (refused is FormatException or ArgumentException)
        {
            Fault(key, $"{refused.Message} (it says '{text}')");
            return missing;
        }
    }

    /// <summary>true or false.</summary>
    public bool Flag(string key, bool missing = false)
    {
        if (Text(key) is not { } text) return missing;
        if (bool.TryParse(text, out var flag)) return flag;
        Fault(key, $"must be true or false (it says '{text}')");
        return missing;
    }

    /// <summary>A time such as <c>00:00:02.5</c>, within bounds.</summary>
    public TimeSpan Duration(string key, TimeSpan missing, TimeSpan least, TimeSpan most)
    {
        if (Text(key) is not { } text) return missing;
        if (text.Contains(':') && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var time) && time >= least && time <= most) return time;
        Fault(key, $"must be a time as hh:mm:ss from {least} to {most} (it says '{text}')");
        return missing;
    }

    /// <summary>A whole number within bounds.</summary>
    public long Number(string key, long missing, long least, long most)
    {
        if (Text(key) is not { } text) return missing;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most) return number;
        Fault(key, $"must be a whole number from {least} to {most} (it says '{text}')");
        return missing;
    }

    /// <summary>The full path of a file that exists, or null.</summary>
    public string? ExistingFile(string key)
    {
        if (Text(key) is not { } path) return null;
        var full = Path.GetFullPath(path);
        if (!File.Exists(full)) Fault(key, $"there is no file {full}");
        return full;
    }

    /// <summary>The full path of a folder, made by whoever writes there.</summary>
    public string Folder(string key, string missing) => Path.GetFullPath(Text(key) ?? missing);

    /// <summary>The items <c>KEY:0</c>, <c>KEY:1</c>, … in order; items with an empty value are left out.</summary>
    public IReadOnlyList<(string Key, string Text)> List(string key)
    {
        var items = Source.GetSection($"{_section}:{key}").GetChildren()
            .OrderBy(item => int.TryParse(item.Key, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : int.MaxValue);
        List<(string, string)> list = [];
        foreach (var item in items)
        {
            _known.Add($"{_section}:{key}:{item.Key}");
            if (item.Value is { Length: > 0 } text) list.Add(($"{key}:{item.Key}", text));
        }
        return list;
    }

    /// <summary>Notes that a key of the section is wrong.</summary>
    public void Fault(string key, string reason) => _faults.Add(new ConfigurationFault($"{_section}:{key}", reason));

    /// <summary>Ends the reading. Keys of the section that nobody asked for are faults: a misspelt one would silently do nothing.</summary>
    /// <exception cref="ConfigurationFaultException">Anything was wrong.</exception>
    public void ThrowOnFaults() => ThrowOnFaultsIn(Source);

    /// <summary>Like <see cref="ThrowOnFaults"/>, for who takes a part of a service's keys: what nobody asked for is a fault on the command line alone.</summary>
    /// <exception cref="ConfigurationFaultException">Anything was wrong.</exception>
    public void ThrowOnFaultsOfPart() => ThrowOnFaultsIn(Arguments);

    private void ThrowOnFaultsIn(IConfigurationRoot source)
    {
        foreach (var (key, value) in source.GetSection(_section).AsEnumerable().OrderBy(pair => pair.Key, StringComparer.Ordinal))
            if (value is not null && !key.Equals(_section, StringComparison.OrdinalIgnoreCase) && !_known.Contains(key))
                _faults.Add(new ConfigurationFault(key, "is not a key of this service"));
        if (_faults.Count > 0) throw new ConfigurationFaultException(_faults);
    }

    private string? Raw(string key)
    {
        var full = $"{_section}:{key}";
        _known.Add(full);
        return Source[full];
    }

    private IConfigurationRoot CommandLine(string[] args)
    {
        List<string> understood = [];
        for (var i = 0; i < args.Length; i++)
        {
            var word = args[i];
            var takesNext = !word.Contains('=');
            if (!word.StartsWith("--", StringComparison.Ordinal) || word.Length < 3)
                _faults.Add(new ConfigurationFault(word, "is not understood; options are written --Key=value"));
            else if (takesNext && i + 1 >= args.Length)
                _faults.Add(new ConfigurationFault(word, "has no value; options are written --Key=value"));
            else
                understood.AddRange(takesNext ? [word, args[++i]] : [word]);
        }
        return new ConfigurationBuilder().AddCommandLine([.. understood]).Build();
    }

    private void AddFile(ConfigurationBuilder merged, string file, string[] outside)
    {
        try
        {
            var read = new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(file), optional: false).Build();
            RefuseOtherSections(read, file, outside);
            merged.AddInMemoryCollection(Values(read));
        }
        catch (Exception fault) when (fault is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException)
        {
            _faults.Add(new ConfigurationFault("config", $"cannot read {file}: {fault.InnerException?.Message ?? fault.Message}"));
        }
    }

    /// <summary>The values themselves: a chained configuration would lose the empty ones, which turn things off.</summary>
    private static IEnumerable<KeyValuePair<string, string?>> Values(IConfiguration read) => read.AsEnumerable().Where(pair => pair.Value is not null);

    private void RefuseOtherSections(IConfiguration read, string where, string[] outside)
    {
        foreach (var child in read.GetChildren())
            if (!child.Key.Equals(_section, StringComparison.OrdinalIgnoreCase) && !outside.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
                _faults.Add(new ConfigurationFault(child.Key, $"is unknown in {where}; the keys of this service begin with {_section}:"));
    }
}
