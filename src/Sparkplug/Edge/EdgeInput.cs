using Sparkplug.Metrics;

namespace Sparkplug.Edge;

/// <summary>What can happen to an Edge Node. Each input carries the time at which it happened where the session needs it.</summary>
public abstract record EdgeInput
{
    private EdgeInput() { }

    /// <summary>The link is about to connect and asks where to and with which Will.</summary>
    public sealed record ConnectDue(Timestamp Now) : EdgeInput;

    /// <summary>The server accepted the connection.</summary>
    public sealed record Connected(Timestamp Now) : EdgeInput;

    /// <summary>The connection was refused or did not come about; the next <see cref="ConnectDue"/> tries the next server.</summary>
    public sealed record ConnectFailed(Timestamp Now) : EdgeInput;

    /// <summary>The server granted all subscriptions that were asked for.</summary>
    public sealed record Subscribed(Timestamp Now) : EdgeInput;

    /// <summary>The server refused a subscription; the session cannot be used.</summary>
    public sealed record SubscribeRefused(Timestamp Now) : EdgeInput;

    /// <summary>The connection is gone, by either side. Where the server sent the client elsewhere, the next <see cref="ConnectDue"/> tries the next server.</summary>
    public sealed record Disconnected(Timestamp Now, bool UseAnotherServer = false) : EdgeInput;

    /// <summary>A message arrived: a command or a STATE.</summary>
    public sealed record Received(string Topic, ReadOnlyMemory<byte> Payload, Timestamp Now) : EdgeInput;

    /// <summary>A Device was found, or describes itself again. A Device whose description is as before only brings new values.</summary>
    public sealed record DeviceFound(EdgeDevice Device, Timestamp Now) : EdgeInput;

    /// <summary>Contact with a Device was lost (tck-id-operational-behavior-device-ddeath).</summary>
    public sealed record DeviceLost(string DeviceId, Timestamp Now) : EdgeInput;

    /// <summary>New values of a Device, or of the node itself where <paramref name="DeviceId"/> is null, in order of time.</summary>
    public sealed record Sampled(string? DeviceId, IReadOnlyList<Sample> Samples, Timestamp Now) : EdgeInput
    {
        /// <summary>
        /// The DATA payload's uuid. Where it is given the caller has decided what goes out: every sample is published, in the order given and
        /// in one message, whether it changed or not, so that a number in the uuid can count them; if one cannot be published, none is.
        /// </summary>
        public string? Uuid { get; init; }
    }

    /// <summary>Someone here asks for births to be sent again.</summary>
    public sealed record RebirthRequested(Timestamp Now) : EdgeInput;

    /// <summary>
    /// Someone here asks to leave this server for the next one, such as a clock that ran out while the primary host said nothing.
    /// </summary>
    public sealed record NextServerRequested(Timestamp Now) : EdgeInput;

    /// <summary>The Edge Node is to end: deaths, then disconnect; nothing connects any more.</summary>
    public sealed record Stop(Timestamp Now) : EdgeInput;
}
