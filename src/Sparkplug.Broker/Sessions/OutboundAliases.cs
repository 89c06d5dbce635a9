using Sparkplug.Broker.Routing;

namespace Sparkplug.Broker.Sessions;

/// <summary>Topic aliases that the broker gives to one client: the first topics it is sent get them (MQTT-3.1.2-26).</summary>
internal sealed class OutboundAliases(ushort maximum)
{
    private readonly Dictionary<Topic, ushort> _aliases = new(ReferenceEqualityComparer.Instance);

    /// <summary>The alias of a topic; <paramref name="isKnown"/> tells whether the client knows it already.</summary>
    public bool TryGet(Topic topic, out ushort alias, out bool isKnown)
    {
        isKnown = _aliases.TryGetValue(topic, out alias);
        if (isKnown)
            return true;
        if (_aliases.Count >= maximum)
            return false;
        alias = (ushort)(_aliases.Count + 1);
        _aliases.Add(topic, alias);
        return true;
    }
}
