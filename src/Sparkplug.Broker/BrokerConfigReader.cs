using System.Net;
using Microsoft.Extensions.Configuration;
using Sparkplug.Broker.Connections;
using Sparkplug.Broker.Security;

namespace Sparkplug.Broker;

/// <summary>Reads and checks the configuration: <c>--config FILE</c>, then the environment, then the command line; the later wins.</summary>
internal sealed class BrokerConfigReader
{
    private const string Section = "Broker";

    private static readonly HashSet<string> KnownKeys = new(StringComparer.OrdinalIgnoreCase)
    {
        "Broker:Listeners:Tcp", "Broker:Listeners:Tls", "Broker:Listeners:WebSocket", "Broker:AllowAnonymous",
        "Broker:DataDirectory", "Broker:UsersFile", "Broker:Tls:CertificateFile", "Broker:Tls:KeyFile",
    };

    private readonly List<ConfigurationFault> _faults = [];

    private BrokerConfigReader()
    {
    }

    /// <summary>Reads everything.</summary>
    /// <exception cref="BrokerConfigurationException">Something is wrong: it names every fault.</exception>
    public static (BrokerConfig Config, IConfiguration Source) Read(string[] args)
    {
        var reader = new BrokerConfigReader();
        var source = reader.Merge(args);
        var config = reader.Check(source);
        reader.ThrowOnFaults();
        return (config, source);
    }

    /// <summary>Checks what one source or several merged ones say.</summary>
    /// <exception cref="BrokerConfigurationException">Something is wrong: it names every fault.</exception>
    public static BrokerConfig Read(IConfiguration source)
    {
        var reader = new BrokerConfigReader();
        var config = reader.Check(source);
        reader.ThrowOnFaults();
        return config;
    }

    private IConfigurationRoot Merge(string[] args)
    {
        var merged = new ConfigurationBuilder();
        var commandLine = CommandLine(args);
        if (commandLine["config"] is { } file)
            AddFile(merged, file);
        return merged.AddEnvironmentVariables().AddConfiguration(commandLine).Build();
    }

    private IConfigurationRoot CommandLine(string[] args)
    {
        for (var i = 0; i < args.Length; i++)
        {
            var word = args[i];
            if (word.StartsWith("--", StringComparison.Ordinal) && word.Length > 2)
                i += word.Contains('=') ? 0 : 1; // "--key value" takes two words
            else
                _faults.Add(new(word, "not understood; options are written --Key=value"));
            if (i >= args.Length)
                _faults.Add(new(word, "has no value; options are written --Key=value"));
        }

        if (_faults.Count > 0)
            return new ConfigurationBuilder().Build();
        var read = new ConfigurationBuilder().AddCommandLine(args).Build();
        RefuseOtherSections(read, "the command line", "config");
        return read;
    }

    private void AddFile(ConfigurationBuilder merged, string file)
    {
        try
        {
            var read = new ConfigurationBuilder().AddJsonFile(Path.GetFullPath(file), optional: false).Build();
            RefuseOtherSections(read, file);
            merged.AddConfiguration(read);
        }
        catch (Exception fault) when (fault is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException)
        {
            _faults.Add(new("config", $"cannot read {file}: {fault.InnerException?.Message ?? fault.Message}"));
        }
    }

    /// <summary>A misspelt section would otherwise be a setting that silently does nothing.</summary>
    private void RefuseOtherSections(IConfiguration read, string where, params string[] alsoKnown)
    {
        string[] known = [Section, "Logging", .. alsoKnown];
        foreach (var child in read.GetChildren().Where(c => !known.Contains(c.Key, StringComparer.OrdinalIgnoreCase)))
            _faults.Add(new(child.Key, $"unknown in {where}; the broker's keys begin with Broker:"));
    }

    private BrokerConfig Check(IConfiguration source)
    {
        RefuseUnknownKeys(source);
        var dataDirectory = Path.GetFullPath(Text(source, "DataDirectory") ?? BrokerConfig.DefaultDataDirectory);
        var config = new BrokerConfig
        {
            Tcp = Listener(source, "Listeners:Tcp", ""),
            Tls = Listener(source, "Listeners:Tls", "0.0.0.0:8883"),
            AllowAnonymous = Flag(source, "AllowAnonymous"),
            DataDirectory = dataDirectory,
            UsersFile = Path.GetFullPath(Text(source, "UsersFile") ?? Path.Combine(dataDirectory, "users")),
            CertificateFile = ExistingFile(source, "Tls:CertificateFile"),
            KeyFile = ExistingFile(source, "Tls:KeyFile"),
        };
        CheckRelations(source, config);
        return config;
    }

    private void RefuseUnknownKeys(IConfiguration source)
    {
        foreach (var (key, value) in source.GetSection(Section).AsEnumerable().OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var isSection = value is null && source.GetSection(key).GetChildren().Any();
            if (!isSection && key != Section && !KnownKeys.Contains(key))
                _faults.Add(new(key, "unknown key"));
        }
    }

    private void CheckRelations(IConfiguration source, BrokerConfig config)
    {
        if (Text(source, "Listeners:WebSocket") is not null)
            _faults.Add(new("Broker:Listeners:WebSocket", "MQTT over WebSocket is not available yet; leave it empty"));
        if (config.KeyFile is not null && Text(source, "Tls:CertificateFile") is null)
            _faults.Add(new("Broker:Tls:KeyFile", "is set without Broker:Tls:CertificateFile"));
        if (string.IsNullOrEmpty(source["Broker:Listeners:Tcp"]) && source["Broker:Listeners:Tls"] is { Length: 0 })
            _faults.Add(new("Broker:Listeners", "every listener is turned off; set Tcp or Tls"));
        if (config.Tcp is { Port: > 0 } tcp && tcp.Equals(config.Tls))
            _faults.Add(new("Broker:Listeners:Tcp", $"is the same as Broker:Listeners:Tls ({tcp})"));
        CheckUsers(config.UsersFile);
        if (config.CertificateFile is { } certificate && File.Exists(certificate) && File.Exists(config.KeyFile ?? certificate))
            CheckCertificate(certificate, config.KeyFile ?? certificate);
    }

    private void CheckUsers(string path)
    {
        try
        {
            foreach (var fault in BrokerUsers.Open(path).Faults)
                _faults.Add(new("Broker:UsersFile", $"{path}: {fault}"));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            _faults.Add(new("Broker:UsersFile", fault.Message));
        }
    }

    private void CheckCertificate(string certificateFile, string keyFile)
    {
        try
        {
            ServerCertificates.ReadOwn(certificateFile, keyFile).Server.Dispose();
        }
        catch (BrokerConfigurationException fault)
        {
            _faults.AddRange(fault.Faults);
        }
    }

    private IPEndPoint? Listener(IConfiguration source, string key, string missing)
    {
        var text = source[$"{Section}:{key}"] ?? missing;
        if (text.Length == 0)
            return null;
        if (ListenAddress.TryParse(text, out var endPoint, out var reason))
            return endPoint;
        _faults.Add(new($"{Section}:{key}", $"{reason} (it says '{text}')"));
        return null;
    }

    private bool Flag(IConfiguration source, string key)
    {
        var text = Text(source, key) ?? "false";
        if (bool.TryParse(text, out var flag))
            return flag;
        _faults.Add(new($"{Section}:{key}", $"must be true or false (it says '{text}')"));
        return false;
    }

    private string? ExistingFile(IConfiguration source, string key)
    {
        if (Text(source, key) is not { } path)
            return null;
        if (!File.Exists(path))
            _faults.Add(new($"{Section}:{key}", $"there is no file {Path.GetFullPath(path)}"));
        return Path.GetFullPath(path);
    }

    private static string? Text(IConfiguration source, string key) =>
        source[$"{Section}:{key}"] is { Length: > 0 } text ? text : null;

    private void ThrowOnFaults()
    {
        if (_faults.Count > 0)
            throw new BrokerConfigurationException(_faults);
    }
}
