using System.Collections.Concurrent;

namespace Sparkplug.Broker.Security;

/// <summary>All lines of one state of the access file. It never changes, but for what it remembers; it may be used on any thread.</summary>
internal sealed class AccessTable
{
    /// <summary>A file of this many lines is a mistake.</summary>
    public const int MaximumLines = 500_000;

    private readonly Dictionary<string, List<Rule>> _ofUsers = new(StringComparer.Ordinal);
    private readonly List<Rule> _ofEveryone = [], _ofAnonymous = [];
    private readonly ConcurrentDictionary<string, Permissions> _remembered = new(StringComparer.Ordinal);
    private readonly string _name;
    private readonly Permissions? _all;

    private AccessTable(string name, Permissions? all) => (_name, _all) = (name, all);

    /// <summary>Lines that grant something.</summary>
    public int Count { get; private set; }

    /// <summary>Made by <see cref="WithoutFile"/>.</summary>
    public bool IsWithoutFile => _all is not null;

    /// <summary>Everyone may do everything, as long as the operator has made no file.</summary>
    public static AccessTable WithoutFile(string name) => new(name, Permissions.Everything($"built in: there is no access file {name}"));

    /// <summary>Reads the lines of a file; with any fault, there is no table.</summary>
    /// <param name="name">The file's name, for the names of rules.</param>
    /// <param name="lines">Its lines.</param>
    /// <param name="faults">Everything that is wrong, each with the number of its line.</param>
    public static AccessTable? Parse(string name, IReadOnlyList<string> lines, out List<string> faults)
    {
        faults = [];
        if (lines.Count > MaximumLines)
            faults.Add($"has more than {MaximumLines} lines");
        var table = new AccessTable(name, null);
        for (var i = 0; i < lines.Count && i < MaximumLines; i++)
        {
            var text = lines[i].AsSpan().Trim();
            if (text.IsEmpty || text[0] == '#')
                continue;
            if (AccessLine.TryParse(lines[i], out var line, out var fault))
                table.Add(i + 1, line);
            else
                faults.Add($"line {i + 1} {fault}");
        }

        return faults.Count == 0 ? table : null;
    }

    /// <summary>What a client may do; a null or empty name is a client without a user.</summary>
    public Permissions For(string? userName, string clientId)
    {
        if (_all is not null)
            return _all;
        if (string.IsNullOrEmpty(userName))
            return Make(_ofAnonymous, null, clientId);
        var own = _ofUsers.GetValueOrDefault(userName);
        // A user without lines is not kept: the names of such users are endless.
        if (own is null || own.Concat(_ofEveryone).Any(rule => rule.NeedsClientId))
            return Make([.. own ?? [], .. _ofEveryone], userName, clientId);
        return _remembered.GetOrAdd(userName, name => Make([.. own, .. _ofEveryone], name, clientId));
    }

    private void Add(int number, AccessLine line)
    {
        Count++;
        var rules = line.Subject switch
        {
            AccessSubject.Everyone => _ofEveryone,
            AccessSubject.Anonymous => _ofAnonymous,
            _ => _ofUsers.TryGetValue(line.UserName!, out var own) ? own : _ofUsers[line.UserName!] = [],
        };
        rules.Add(new Rule($"{_name} line {number}: {line.Text}", number, line.Clauses));
    }

    private Permissions Make(List<Rule> rules, string? userName, string clientId)
    {
        if (rules.Find(rule => rule.Clauses is null) is { } all)
            return Permissions.Everything(all.Name);
        List<Grant> reads = [], writes = [];
        List<string> left = [];
        foreach (var rule in rules)
        {
            foreach (var clause in rule.Clauses!)
            {
                if (clause.For(userName, clientId, out var reason) is { } filter)
                    (clause.IsWrite ? writes : reads).Add(new Grant(filter, rule.Name));
                else if (!left.Contains($"line {rule.Number} does not apply, as {reason}"))
                    left.Add($"line {rule.Number} does not apply, as {reason}");
            }
        }

        return new Permissions([.. reads], [.. writes], Refusal(left));
    }

    private string Refusal(List<string> left) => string.Join("; ", [$"no line of {_name} allows it", .. left]);

    /// <param name="Name">What stands in logs.</param>
    /// <param name="Number">Its line.</param>
    /// <param name="Clauses">Null for everything.</param>
    private sealed record Rule(string Name, int Number, AccessClause[]? Clauses)
    {
        public bool NeedsClientId { get; } = Clauses is not null && Clauses.Any(clause => clause.NeedsClientId);
    }
}
