using Sparkplug.Broker.Routing;

namespace Sparkplug.Broker.Security;

/// <summary>One topic filter that a client may read or publish to, and the rule that says so.</summary>
internal readonly record struct Grant(byte[] Filter, string Rule);

/// <summary>
/// What one client may do. It never changes: whoever keeps it asks <see cref="AccessRules"/> again when that has changed. Its questions
/// allocate nothing and may be asked on any thread.
/// </summary>
internal sealed class Permissions
{
    private const string ServersOwn = "built in: nobody publishes to a topic that begins with $";

    private readonly Grant[] _reads, _writes;
    private readonly string? _everything;
    private readonly string _refused;

    /// <summary>Exactly these grants; <paramref name="refused"/> is the rule that everything else meets.</summary>
    public Permissions(Grant[] reads, Grant[] writes, string refused)
    {
        _reads = reads;
        _writes = writes;
        _refused = refused;
    }

    private Permissions(string rule)
        : this([], [], rule) => _everything = rule;

    /// <summary>Every topic may be read, those of the server too.</summary>
    public bool ReadsEverything => _everything is not null;

    /// <summary>Every topic may be published to, but for those that begin with <c>$</c>.</summary>
    public bool PublishesEverything => _everything is not null;

    /// <summary>May do everything that the broker lets anybody do.</summary>
    public static Permissions Everything(string rule) => new(rule);

    /// <summary>May a message with this topic come from this client, be it a PUBLISH or its Will?</summary>
    public AccessDecision MayPublish(ReadOnlySpan<byte> topicUtf8)
    {
        if (TopicLevels.IsReserved(topicUtf8))
            return new AccessDecision(false, ServersOwn);
        return _everything is not null ? new AccessDecision(true, _everything) : Find(_writes, topicUtf8);
    }

    /// <summary>May a message with this topic go to this client, be it live, retained, queued or made by the broker?</summary>
    public AccessDecision MayRead(ReadOnlySpan<byte> topicUtf8) =>
        _everything is not null ? new AccessDecision(true, _everything) : Find(_reads, topicUtf8);

    /// <summary>
    /// May this client subscribe to this filter? Only if one grant covers it wholly: a subscription that asks for more than it could ever
    /// get is a mistake that its owner shall hear of. For a shared subscription it is the filter behind <c>$share/NAME/</c>.
    /// </summary>
    public AccessDecision MaySubscribe(ReadOnlySpan<byte> filterUtf8)
    {
        if (_everything is not null)
            return new AccessDecision(true, _everything);
        foreach (ref readonly var grant in _reads.AsSpan())
            if (TopicFilter.Covers(grant.Filter, filterUtf8))
                return new AccessDecision(true, grant.Rule);
        return new AccessDecision(false, _refused);
    }

    private AccessDecision Find(Grant[] grants, ReadOnlySpan<byte> topic)
    {
        foreach (ref readonly var grant in grants.AsSpan())
            if (TopicFilter.Matches(grant.Filter, topic))
                return new AccessDecision(true, grant.Rule);
        return new AccessDecision(false, _refused);
    }
}
