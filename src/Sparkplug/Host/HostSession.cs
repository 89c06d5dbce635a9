namespace Sparkplug.Host;

/// <summary>A Host Application's session on one MQTT Server: Will, subscriptions, STATE birth and death. Pure: no clock, no socket.</summary>
public sealed class HostSession
{
    /// <summary>Makes a session that is offline.</summary>
    public HostSession(HostSessionOptions options) => _ = options;

    /// <summary>Where the session stands.</summary>
    public HostPhase Phase { get; }

    /// <summary>Takes one input and hands what is to be done to <paramref name="outputs"/>.</summary>
    public void Step(HostInput input, IHostOutputs outputs) => throw new NotImplementedException();
}
