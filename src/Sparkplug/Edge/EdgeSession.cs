namespace Sparkplug.Edge;

/// <summary>An Edge Node's session: bdSeq and Will, subscriptions, primary host, births, data, deaths, commands. Pure: no clock, no socket.</summary>
public sealed class EdgeSession
{
    /// <summary>Makes a session that is offline.</summary>
    public EdgeSession(EdgeSessionOptions options) => _ = options;

    /// <summary>Where the session stands.</summary>
    public EdgePhase Phase { get; }

    /// <summary>Takes one input and hands what is to be done to <paramref name="outputs"/>.</summary>
    public void Step(EdgeInput input, IEdgeOutputs outputs) => throw new NotImplementedException();
}
