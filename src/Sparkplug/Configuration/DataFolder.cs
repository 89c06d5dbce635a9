namespace Sparkplug.Configuration;

/// <summary>
/// A service's data folder while it is in use: it belongs to one process, and a lock, which ends with that process, keeps a second one
/// out. A folder that is made here belongs to its owner alone (0700).
/// </summary>
public sealed class DataFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly FileStream _lock;

    private DataFolder(FileStream @lock) => _lock = @lock;

    /// <summary>Makes the folder where it is missing and takes it.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="key">The key that names it, for the fault.</param>
    /// <param name="service">What runs on it, for the fault: <c>broker</c>.</param>
    /// <exception cref="ConfigurationFaultException">It cannot be used, or another process has it.</exception>
    public static DataFolder Take(string path, string key, string service)
    {
        try
        {
            Create(path);
            return new DataFolder(new FileStream(Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationFaultException(key, $"cannot use {path}, is another {service} running on it? {fault.Message}", fault);
        }
    }

    /// <summary>Makes a folder and its parents; a new one belongs to its owner alone.</summary>
    public static void Create(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else if (!Directory.Exists(path)) Directory.CreateDirectory(path, OwnerOnly);
    }

    /// <summary>Lets another process have it.</summary>
    public void Dispose() => _lock.Dispose();
}
