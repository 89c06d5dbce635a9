using System.Security.Cryptography;
using System.Text;
using Sparkplug.Configuration;

namespace Sparkplug.Broker.Security;

/// <summary>
/// The users of a broker in a text file, one a line: <c>name:$argon2id$...</c>. Lines that are empty or begin with <c>#</c> are comments.
/// Only the owner of the file may read it. What another program or an editor changes counts from the next check on.
/// </summary>
/// <remarks>Safe for use by several threads. Two programs that write at the same moment: the last one wins.</remarks>
public sealed class BrokerUsers
{
    // No characters that look alike; 20 of these 56 are 116 bits.
    private const string PasswordAlphabet = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    private const int PasswordLength = 20;

    internal const int MaximumNameLength = 256, MaximumPasswordLength = 1024;

    private const int MaximumFileSize = 16 << 20;

    private readonly Lock _lock = new();
    private Dictionary<string, PasswordHash> _users = new(StringComparer.Ordinal);
    private FileStamp _stamp;

    private BrokerUsers(string path) => Path = path;

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Counts up whenever the file has changed, so that whoever remembers a check knows when to forget it.</summary>
    public int Version { get; private set; }

    /// <summary>The lines of the file that could not be read at its last change; their users cannot sign in.</summary>
    public IReadOnlyList<string> Faults { get; private set; } = [];

    /// <summary>The names of all users, sorted.</summary>
    public IReadOnlyList<string> Names
    {
        get
        {
            lock (_lock)
            {
                ReloadIfChanged_NeedsLock();
                return [.. _users.Keys.Order(StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>Opens a users file; one that does not exist is an empty one and is made by the first <see cref="Add"/>.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static BrokerUsers Open(string path)
    {
        var users = new BrokerUsers(System.IO.Path.GetFullPath(path));
        lock (users._lock)
            users.Load_NeedsLock(users.StampOfFile());
        return users;
    }

    /// <summary>A random password for who wants none of his own: it can be read aloud and typed.</summary>
    public static string MakeUpPassword() => RandomNumberGenerator.GetString(PasswordAlphabet, PasswordLength);

    /// <summary>Adds a user or gives an existing one a new password.</summary>
    /// <returns>Whether the user is new.</returns>
    /// <exception cref="ArgumentException">The name or the password cannot be used.</exception>
    public bool Add(string name, string password)
    {
        ThrowIfUnusable(name);
        ArgumentException.ThrowIfNullOrEmpty(password);
        if (Encoding.UTF8.GetByteCount(password) > MaximumPasswordLength)
            throw new ArgumentException($"A password has at most {MaximumPasswordLength} bytes.", nameof(password));
        var line = $"{name}:{PasswordHash.Of(password)}";
        lock (_lock)
            return !ReplaceLine_NeedsLock(name, line);
    }

    /// <summary>Removes a user.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Remove(string name)
    {
        lock (_lock)
        {
            ReloadIfChanged_NeedsLock();
            return _users.ContainsKey(name) && ReplaceLine_NeedsLock(name, null);
        }
    }

    /// <summary>Tells whether this is the user's password. It takes tens of milliseconds of one core, for an unknown user as well.</summary>
    public bool Verify(string name, ReadOnlySpan<byte> password) => Verify(Find(name), password);

    /// <inheritdoc cref="Verify(string, ReadOnlySpan{byte})"/>
    public bool Verify(string name, string password) => Verify(name, Encoding.UTF8.GetBytes(password));

    /// <summary>Like <see cref="Verify(string, ReadOnlySpan{byte})"/>, for the hash of a user that was found before, or null for an unknown one.</summary>
    internal static bool Verify(PasswordHash? hash, ReadOnlySpan<byte> password)
    {
        if (hash is not null)
            return hash.Verify(password);
        _ = PasswordHash.Of(password); // an unknown name must not answer faster than a wrong password
        return false;
    }

    /// <summary>What is stored for a user.</summary>
    internal PasswordHash? Find(string name)
    {
        lock (_lock)
        {
            ReloadIfChanged_NeedsLock();
            return _users.GetValueOrDefault(name);
        }
    }

    /// <summary>Like <see cref="Find"/>, but never waits: false when the file has changed since it was read, or is being read.</summary>
    internal bool TryFindNow(string name, out PasswordHash? hash)
    {
        hash = null;
        if (!_lock.TryEnter())
            return false;
        try
        {
            hash = _users.GetValueOrDefault(name);
            return StampOfFile() == _stamp;
        }
        finally
        {
            _lock.Exit();
        }
    }

    /// <summary>Looks at the file and tells its <see cref="Version"/>.</summary>
    public int Refresh()
    {
        lock (_lock)
        {
            ReloadIfChanged_NeedsLock();
            return Version;
        }
    }

    private static void ThrowIfUnusable(string name)
    {
        if (name.Length is 0 or > MaximumNameLength || name.StartsWith('#') || name.Any(c => c == ':' || char.IsControl(c)) || name != name.Trim())
            throw new ArgumentException($"'{name}' cannot be a user name: 1 to {MaximumNameLength} characters, no colon, control character or space around it, no # in front.", nameof(name));
    }

    private bool ReplaceLine_NeedsLock(string name, string? line)
    {
        List<string> lines = File.Exists(Path) ? [.. File.ReadAllLines(Path)] : [];
        var removed = lines.RemoveAll(text => text.StartsWith(name + ":", StringComparison.Ordinal)) > 0;
        if (line is not null)
            lines.Add(line);
        DataFolder.Create(System.IO.Path.GetDirectoryName(Path)!);
        PrivateFile.Write(Path, string.Concat(lines.Select(text => text + "\n")));
        Load_NeedsLock(StampOfFile());
        return removed;
    }

    private void ReloadIfChanged_NeedsLock()
    {
        var stamp = StampOfFile();
        if (stamp == _stamp)
            return;
        try
        {
            Load_NeedsLock(stamp);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // The users that were read before stay valid; the version tells the broker to say so.
            (Faults, _stamp) = ([$"cannot be read: {fault.Message}"], stamp);
            Version++;
        }
    }

    private void Load_NeedsLock(FileStamp stamp)
    {
        if (stamp.Length > MaximumFileSize)
            throw new IOException($"{Path} is larger than {MaximumFileSize >> 20} MiB: that is no users file.");
        var (users, faults) = Parse(stamp == default ? [] : File.ReadAllLines(Path));
        (_users, Faults, _stamp) = (users, faults, stamp);
        Version++;
    }

    private static (Dictionary<string, PasswordHash> Users, List<string> Faults) Parse(string[] lines)
    {
        var users = new Dictionary<string, PasswordHash>(StringComparer.Ordinal);
        var faults = new List<string>();
        for (var i = 0; i < lines.Length; i++)
        {
            if (string.IsNullOrWhiteSpace(lines[i]) || lines[i].StartsWith('#'))
                continue;
            var colon = lines[i].IndexOf(':');
            if (colon <= 0 || !PasswordHash.TryParse(lines[i][(colon + 1)..].Trim(), out var hash))
                faults.Add($"line {i + 1} is not name:$argon2id$...");
            else if (!users.TryAdd(lines[i][..colon], hash!))
                faults.Add($"line {i + 1} names the user '{lines[i][..colon]}' again");
        }

        return (users, faults);
    }

    private FileStamp StampOfFile() => FileStamp.Of(Path);
}
