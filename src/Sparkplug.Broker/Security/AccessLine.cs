using System.Diagnostics.CodeAnalysis;
using Sparkplug.Topics;

namespace Sparkplug.Broker.Security;

/// <summary>Whom a line of the access file is for.</summary>
internal enum AccessSubject
{
    /// <summary>The one user that it names.</summary>
    User,

    /// <summary>Each client that signed in.</summary>
    Everyone,

    /// <summary>Clients without a user.</summary>
    Anonymous,
}

/// <summary>
/// One line of the access file: whom it is for, and what they may do.
/// <code>
/// line    = subject role
/// subject = "user" NAME | "user" '"NAME WITH SPACES"' | "everyone" | "anonymous"
/// role    = "edge-node" GROUP "/" NODE | "host" HOSTID | "monitor" | "all" | "read" FILTER | "write" FILTER
/// </code>
/// What follows the role is taken to the end of the line, so that ids and filters may hold spaces.
/// </summary>
internal sealed class AccessLine
{
    private const string Roles = "edge-node GROUP/NODE, host HOSTID, monitor, all, read FILTER or write FILTER";

    private AccessLine(AccessSubject subject, string? userName, AccessClause[]? clauses, string text)
    {
        Subject = subject;
        UserName = userName;
        Clauses = clauses;
        Text = text;
    }

    public AccessSubject Subject { get; }

    /// <summary>The name, where <see cref="Subject"/> is a user.</summary>
    public string? UserName { get; }

    /// <summary>What may be read and written; null for everything.</summary>
    public AccessClause[]? Clauses { get; }

    /// <summary>The line as it was written, without spaces around it.</summary>
    public string Text { get; }

    /// <summary>Reads a line that is neither empty nor a comment.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out AccessLine? line, [NotNullWhen(false)] out string? fault)
    {
        var rest = text.AsSpan().Trim();
        AccessClause[]? clauses = null;
        fault = TakeSubject(ref rest, out var subject, out var userName) ?? ParseRole(rest, out clauses);
        line = fault is null ? new AccessLine(subject, userName, clauses, text.Trim()) : null;
        return line is not null;
    }

    private static string? TakeSubject(ref ReadOnlySpan<char> rest, out AccessSubject subject, out string? userName)
    {
        userName = null;
        var word = TakeWord(ref rest);
        subject = word switch { "user" => AccessSubject.User, "everyone" => AccessSubject.Everyone, _ => AccessSubject.Anonymous };
        if (word is not ("user" or "everyone" or "anonymous"))
            return $"begins with '{word}'; a line begins with user NAME, everyone or anonymous";
        return subject == AccessSubject.User && !TryTakeName(ref rest, out userName)
            ? "has no name behind user; a name with spaces stands in double quotes"
            : null;
    }

    private static bool TryTakeName(ref ReadOnlySpan<char> rest, out string? name)
    {
        name = null;
        if (rest is not ['"', ..])
            return (name = TakeWord(ref rest)).Length > 0;
        var end = rest[1..].IndexOf('"') + 1;
        if (end < 2 || rest.Length > end + 1 && !char.IsWhiteSpace(rest[end + 1]))
            return false;
        name = rest[1..end].ToString();
        rest = rest[(end + 1)..].TrimStart();
        return true;
    }

    private static string? ParseRole(ReadOnlySpan<char> rest, out AccessClause[]? clauses)
    {
        var role = TakeWord(ref rest);
        var argument = rest.ToString();
        var fault = role switch
        {
            "monitor" or "all" when argument.Length > 0 => $"has '{argument}' behind {role}, which takes nothing",
            "monitor" or "all" => null,
            "edge-node" => FaultOfEdgeNode(argument),
            "host" => FaultOfId("host id", argument),
            "read" => FaultOfFilter(argument),
            "write" when argument.StartsWith('$') => $"grants writing '{argument}': nobody publishes to a topic that begins with $",
            "write" => FaultOfFilter(argument),
            "" => $"does not say what is allowed: {Roles}",
            _ => $"allows '{role}', which is none of {Roles}",
        };
        clauses = fault is null ? ClausesOf(role, argument) : null;
        return fault;
    }

    private static AccessClause[]? ClausesOf(string role, string argument) => role switch
    {
        "edge-node" => AccessRoles.EdgeNode(argument[..argument.IndexOf('/')], argument[(argument.IndexOf('/') + 1)..]),
        "host" => AccessRoles.Host(argument),
        "monitor" => AccessRoles.Monitoring(),
        "all" => null,
        _ => [new AccessClause(role == "write", argument)],
    };

    private static string? FaultOfEdgeNode(string argument)
    {
        if (argument.Split('/') is not [var groupId, var edgeNodeId])
            return $"says edge-node '{argument}'; it is edge-node GROUP/NODE";
        if (groupId == nameof(MessageType.STATE))
            return "has the group id STATE: its topics could not be told from those of hosts";
        return FaultOfId("group id", groupId) ?? FaultOfId("edge node id", edgeNodeId);
    }

    private static string? FaultOfId(string what, string id)
    {
        if (!SparkplugId.IsValid(id, out var reason))
            return $"has the {what} '{id}': {reason.Describe()}";
        return AccessClause.FaultOf(id) is { } fault ? $"has the {what} '{id}', which {fault}" : null;
    }

    private static string? FaultOfFilter(string filter)
    {
        if (filter.StartsWith("$share/", StringComparison.Ordinal))
            return $"names the filter '{filter}'; write the one behind $share/NAME/, it holds for both";
        return AccessClause.FaultOf(filter) is { } fault ? $"names the filter '{filter}', which {fault}" : null;
    }

    private static string TakeWord(ref ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOfAny(" \t");
        var word = end < 0 ? rest : rest[..end];
        rest = end < 0 ? [] : rest[end..].Trim();
        return word.ToString();
    }
}
