using Microsoft.Extensions.Logging;
using Sparkplug.Configuration;

namespace Sparkplug.Broker.Security;

/// <summary>
/// Who may publish and read what, from the access file. Without a file each user may do everything that the broker lets anybody do; with
/// one, only what its lines say. A change of the file counts within seconds; one with faults changes nothing and is logged.
/// </summary>
/// <remarks>May be used on any thread. <see cref="Changed"/> is raised on the thread that found the change.</remarks>
internal sealed class AccessRules
{
    private const int MaximumFileSize = 32 << 20;

    private readonly string _path;
    private readonly ILogger<AccessRules> _logger;
    private readonly ChangedFiles _file;
    private readonly Lock _reloading = new();
    private volatile AccessTable _current;
    private int _version;

    private AccessRules(string path, AccessTable table, ChangedFiles file, ILogger<AccessRules> logger) =>
        (_path, _current, _file, _logger) = (path, table, file, logger);

    /// <summary>The rules have changed: what <see cref="For"/> said before is out of date.</summary>
    public event Action? Changed;

    /// <summary>The rules in force.</summary>
    public AccessTable Current => _current;

    /// <summary>Counts up with each change of the rules.</summary>
    public int Version => Volatile.Read(ref _version);

    /// <summary>Reads the file.</summary>
    /// <exception cref="ConfigurationFaultException">It has faults: all of them are named.</exception>
    public static AccessRules Open(string path, ILogger<AccessRules> logger)
    {
        var file = new ChangedFiles(path); // before the reading: a change in between is found by the first look
        var table = Read(path, out var faults);
        if (table is null)
            throw new ConfigurationFaultException([.. faults.Select(fault => new ConfigurationFault("Broker:AccessFile", $"{path}: {fault}"))]);
        var rules = new AccessRules(path, table, file, logger);
        Say(table, path, logger);
        return rules;
    }

    /// <summary>What is wrong with a file, each with the number of its line; nothing, if there is no file.</summary>
    public static IReadOnlyList<string> FaultsOf(string path)
    {
        Read(path, out var faults);
        return faults;
    }

    /// <summary>What a client may do from now on, until <see cref="Changed"/>.</summary>
    public Permissions For(string? userName, string clientId) => _current.For(userName, clientId);

    /// <summary>Looks whether the file has changed; to be called now and again.</summary>
    public void ReloadIfChanged()
    {
        if (_file.HaveSettled())
            Reload();
    }

    /// <summary>Reads the file again. Where it has faults or is gone, the rules stay as they are: an accident must not open the broker.</summary>
    /// <returns>Whether the file could be read.</returns>
    public bool Reload()
    {
        lock (_reloading)
        {
            var table = _current.IsWithoutFile || Path.Exists(_path) ? Read(_path, out var faults) : Missing(out faults);
            foreach (var fault in faults)
                _logger.AccessFault(_path, fault);
            if (table is null)
                return false;
            _current = table;
            Interlocked.Increment(ref _version);
        }

        Say(_current, _path, _logger);
        Changed?.Invoke();
        return true;
    }

    private static void Say(AccessTable table, string path, ILogger logger)
    {
        if (table.IsWithoutFile)
            logger.AccessWithoutFile(path);
        else
            logger.AccessRead(path, table.Count);
    }

    private static AccessTable? Missing(out List<string> faults)
    {
        faults = ["it is gone; a start without it would let every user do everything"];
        return null;
    }

    private static AccessTable? Read(string path, out List<string> faults)
    {
        faults = [];
        try
        {
            if (!Path.Exists(path))
                return AccessTable.WithoutFile(path);
            if (FileStamp.Of(path).Length <= MaximumFileSize)
                return AccessTable.Parse(Path.GetFileName(path), File.ReadAllLines(path), out faults);
            faults = [$"is larger than {MaximumFileSize >> 20} MiB: that is no access file"];
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            faults = [$"cannot be read: {fault.Message}"];
        }

        return null;
    }
}
