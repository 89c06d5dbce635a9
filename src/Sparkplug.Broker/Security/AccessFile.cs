using Sparkplug.Configuration;

namespace Sparkplug.Broker.Security;

/// <summary>Adds lines to the access file; people write the rest of it.</summary>
public static class AccessFile
{
    private const string Head = "# Who may publish and read what: one line a grant. What no line allows is refused.";

    /// <summary>
    /// The text of the file with one more line. A file that does not exist yet lets everyone do everything, so a new one lets those who are
    /// there already go on doing so, each with a line of its own.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="userName">The user.</param>
    /// <param name="role">What it may do, such as <c>edge-node Plant1/Line1</c>.</param>
    /// <param name="others">The users that are there already.</param>
    /// <exception cref="ArgumentException">The role is none, or the file has faults.</exception>
    public static string WithRole(string path, string userName, string role, IEnumerable<string> others)
    {
        string[] lines = File.Exists(path) ? File.ReadAllLines(path) : [Head, .. others.Select(other => Line(other, "all")), "anonymous all"];
        lines = [.. lines, Line(userName, role)];
        if (AccessTable.Parse(path, lines, out var faults) is null)
            throw new ArgumentException($"{path} would have faults: {string.Join("; ", faults)}");
        return string.Concat(lines.Select(line => line + "\n"));
    }

    /// <summary>Replaces the file in one step. It holds no secret.</summary>
    public static void Write(string path, string text)
    {
        DataFolder.Create(Path.GetDirectoryName(path)!);
        if (File.Exists(path) && !OperatingSystem.IsWindows())
            PrivateFile.Write(path, text, File.GetUnixFileMode(path));
        else
            PrivateFile.WritePublic(path, text);
    }

    private static string Line(string userName, string role)
    {
        var isQuoted = userName.StartsWith('"') || userName.Any(char.IsWhiteSpace);
        if (isQuoted && userName.Contains('"') || role.AsSpan().ContainsAny("\r\n"))
            throw new ArgumentException($"'{userName}' with the role '{role}' cannot stand in a line.");
        return isQuoted ? $"user \"{userName}\" {role}" : $"user {userName} {role}";
    }
}
