using System.Text;
using Sparkplug.Host;
using Sparkplug.Metrics;

namespace UnitTests.Host;

public sealed class HostSessionTests
{
    private const string Topic = "spBv1.0/STATE/scada1";
    private readonly HostSession _session = new(new HostSessionOptions { HostId = "scada1" });
    private readonly Recorder _outputs = new();

    [Fact]
    [Spec("tck-id-operational-behavior-host-application-connect-will", "tck-id-operational-behavior-host-application-connect-will-topic",
        "tck-id-operational-behavior-host-application-connect-will-payload", "tck-id-host-topic-phid-death-required", "tck-id-host-topic-phid-death-topic",
        "tck-id-host-topic-phid-death-payload", "tck-id-host-topic-phid-death-payload-timestamp-connect", "tck-id-host-topic-phid-death-payload-connect",
        "tck-id-payloads-state-will-message", "tck-id-payloads-state-will-message-payload", "tck-id-operational-behavior-host-application-death-topic",
        "tck-id-operational-behavior-host-application-death-payload")]
    public void The_Will_is_a_STATE_death_of_the_moment_of_the_CONNECT() =>
        Assert.Equal([$"Connecting", $"connect {Topic} {{\"online\":false,\"timestamp\":100}}"], After(ConnectDue(100)));

    [Fact]
    [Spec("tck-id-host-topic-phid-birth-sub-required", "tck-id-message-flow-phid-sparkplug-subscription", "tck-id-payloads-state-subscribe")]
    public void Once_connected_it_subscribes_to_the_namespace_and_to_its_own_STATE_topic()
    {
        Run(ConnectDue(100));
        Assert.Equal(["Subscribing", $"subscribe spBv1.0/# {Topic}"], After(Connected()));
    }

    [Fact]
    [Spec("tck-id-intro-sparkplug-host-state", "tck-id-principles-birth-certificates-order", "tck-id-components-ph-state", "tck-id-host-topic-phid-birth-message",
        "tck-id-host-topic-phid-birth-topic", "tck-id-host-topic-phid-birth-required", "tck-id-host-topic-phid-birth-payload",
        "tck-id-host-topic-phid-birth-payload-timestamp", "tck-id-message-flow-phid-sparkplug-state-publish", "tck-id-message-flow-phid-sparkplug-state-publish-payload",
        "tck-id-message-flow-phid-sparkplug-state-publish-payload-timestamp", "tck-id-operational-behavior-host-application-connect-birth",
        "tck-id-operational-behavior-host-application-connect-birth-topic", "tck-id-operational-behavior-host-application-connect-birth-payload",
        "tck-id-payloads-state-birth", "tck-id-payloads-state-birth-payload", "tck-id-operational-behavior-primary-application-state-with-multiple-servers-state",
        "tck-id-conformance-primary-host")]
    public void Once_subscribed_the_first_publish_is_the_STATE_birth_with_the_timestamp_of_the_Will()
    {
        Run(ConnectDue(100), Connected());
        Assert.DoesNotContain(_outputs.Log, line => line.StartsWith("publish", StringComparison.Ordinal));
        Assert.Equal([Birth(100), "Online"], After(new HostInput.Subscribed(new Timestamp(150))));
    }

    [Fact]
    [Spec("tck-id-message-flow-hid-sparkplug-state-message-delivered")]
    public void A_STATE_that_calls_it_offline_is_answered_at_once_each_time_with_the_same_timestamp()
    {
        GoOnline(100);
        Assert.Equal([Birth(100)], After(OwnState("""{"online":false,"timestamp":7}""")));
        Assert.Equal([Birth(100)], After(OwnState("""{"online":false,"timestamp":999999}""")));
        Assert.Equal(2, _session.Republished);
    }

    [Fact]
    public void A_retained_birth_that_was_erased_is_published_again()
    {
        GoOnline(100);
        Assert.Equal([Birth(100)], After(OwnState("")));
    }

    [Fact]
    public void Its_own_birth_coming_back_changes_nothing_and_a_birth_of_a_rival_is_counted()
    {
        GoOnline(100);
        Assert.Empty(After(OwnState("""{"online":true,"timestamp":100}""")));
        Assert.Equal(0, _session.RivalBirths);
        Assert.Empty(After(OwnState("""{"online":true,"timestamp":101}""")));
        Assert.Equal(1, _session.RivalBirths);
    }

    [Theory]
    [InlineData("ONLINE")]
    [InlineData("{\"online\":\"false\",\"timestamp\":1}")]
    [InlineData("{\"online\":false}")]
    public void A_STATE_that_is_not_JSON_of_the_right_form_is_counted_and_ignored(string payload)
    {
        GoOnline(100);
        Assert.Empty(After(OwnState(payload)));
        Assert.Equal(1, _session.MalformedStates);
    }

    [Fact]
    [Spec("tck-id-operational-behavior-host-application-termination", "tck-id-host-topic-phid-death-payload-timestamp-disconnect-clean",
        "tck-id-host-topic-phid-death-payload-disconnect-clean", "tck-id-host-topic-phid-death-payload-timestamp-disconnect-with-no-disconnect-packet",
        "tck-id-host-topic-phid-death-payload-disconnect-with-no-disconnect-packet", "tck-id-operational-behavior-host-application-disconnect-intentional")]
    public void On_stop_a_STATE_death_of_that_moment_goes_out_before_the_DISCONNECT()
    {
        GoOnline(100);
        Assert.Equal([$"publish {Topic} {{\"online\":false,\"timestamp\":500}}", "Disconnecting", "disconnect"], After(new HostInput.Stop(new Timestamp(500))));
        Assert.Empty(After(OwnState("""{"online":false,"timestamp":500}""")));
        Assert.Equal(["Stopped"], After(new HostInput.Disconnected(new Timestamp(501))));
    }

    [Fact]
    [Spec("tck-id-operational-behavior-host-application-multi-server-timestamp")]
    public void Each_connection_has_a_timestamp_of_its_own_and_each_session_keeps_its_own()
    {
        var other = new HostSession(new HostSessionOptions { HostId = "scada1" });
        GoOnline(100);
        other.Step(ConnectDue(200), new Recorder());
        Run(new HostInput.Disconnected(new Timestamp(250)));
        GoOnline(300);
        Assert.Equal(new Timestamp(300), _session.Timestamp);
        Assert.Equal(new Timestamp(200), other.Timestamp);
        Assert.Equal(Birth(300), _outputs.Log[^2]);
    }

    [Fact]
    public void A_refused_subscription_means_no_birth_and_another_try()
    {
        Run(ConnectDue(100), Connected());
        Assert.Equal(["disconnect", "Offline"], After(new HostInput.SubscribeRefused(new Timestamp(101))));
        Assert.Empty(After(new HostInput.Disconnected(new Timestamp(102))));
        Assert.NotEmpty(After(ConnectDue(200)));
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("")]
    [InlineData("#")]
    [Spec("tck-id-operational-behavior-host-application-host-id")]
    public void A_host_id_that_cannot_be_a_topic_level_is_refused(string hostId) =>
        Assert.Throws<ArgumentException>(() => new HostSession(new HostSessionOptions { HostId = hostId }));

    // Every phase with every input: what is not listed here must do nothing.
    private static readonly Dictionary<(HostPhase, Type), (HostPhase Next, int Outputs)> Transitions = new()
    {
        [(HostPhase.Offline, typeof(HostInput.ConnectDue))] = (HostPhase.Connecting, 2),
        [(HostPhase.Offline, typeof(HostInput.Stop))] = (HostPhase.Stopped, 1),
        [(HostPhase.Connecting, typeof(HostInput.Connected))] = (HostPhase.Subscribing, 2),
        [(HostPhase.Connecting, typeof(HostInput.ConnectFailed))] = (HostPhase.Offline, 1),
        [(HostPhase.Connecting, typeof(HostInput.Disconnected))] = (HostPhase.Offline, 1),
        [(HostPhase.Connecting, typeof(HostInput.Stop))] = (HostPhase.Disconnecting, 2),
        [(HostPhase.Subscribing, typeof(HostInput.Subscribed))] = (HostPhase.Online, 2),
        [(HostPhase.Subscribing, typeof(HostInput.SubscribeRefused))] = (HostPhase.Offline, 2),
        [(HostPhase.Subscribing, typeof(HostInput.ConnectFailed))] = (HostPhase.Offline, 1),
        [(HostPhase.Subscribing, typeof(HostInput.Disconnected))] = (HostPhase.Offline, 1),
        [(HostPhase.Subscribing, typeof(HostInput.Stop))] = (HostPhase.Disconnecting, 3),
        [(HostPhase.Online, typeof(HostInput.OwnStateReceived))] = (HostPhase.Online, 1),
        [(HostPhase.Online, typeof(HostInput.ConnectFailed))] = (HostPhase.Offline, 1),
        [(HostPhase.Online, typeof(HostInput.Disconnected))] = (HostPhase.Offline, 1),
        [(HostPhase.Online, typeof(HostInput.Stop))] = (HostPhase.Disconnecting, 3),
        [(HostPhase.Disconnecting, typeof(HostInput.Connected))] = (HostPhase.Disconnecting, 1),
        [(HostPhase.Disconnecting, typeof(HostInput.ConnectFailed))] = (HostPhase.Stopped, 1),
        [(HostPhase.Disconnecting, typeof(HostInput.Disconnected))] = (HostPhase.Stopped, 1),
    };

    public static TheoryData<HostPhase, string> EveryPair()
    {
        var data = new TheoryData<HostPhase, string>();
        foreach (var phase in Enum.GetValues<HostPhase>())
            foreach (var input in Inputs()) data.Add(phase, input.GetType().Name);
        return data;
    }

    [Theory]
    [MemberData(nameof(EveryPair))]
    public void Each_phase_answers_each_input_as_listed_and_ignores_the_rest(HostPhase phase, string inputName)
    {
        var input = Inputs().Single(candidate => candidate.GetType().Name == inputName);
        Reach(phase);
        var (next, count) = Transitions.GetValueOrDefault((phase, input.GetType()), (phase, 0));
        Assert.Equal(count, After(input).Length);
        Assert.Equal(next, _session.Phase);
    }

    [Fact]
    public void The_pairs_cover_every_input_that_there_is() =>
        Assert.Equal(typeof(HostInput).GetNestedTypes().Length, Inputs().Length);

    private static HostInput[] Inputs()
    {
        var now = new Timestamp(1000);
        return
        [
            new HostInput.ConnectDue(now), new HostInput.Connected(now), new HostInput.ConnectFailed(now), new HostInput.Subscribed(now),
            new HostInput.SubscribeRefused(now), new HostInput.Disconnected(now), OwnState("""{"online":false,"timestamp":1}"""), new HostInput.Stop(now),
        ];
    }

    private void Reach(HostPhase phase)
    {
        if (phase == HostPhase.Stopped) Run(new HostInput.Stop(default));
        if (phase is HostPhase.Offline or HostPhase.Stopped) return;
        Run(ConnectDue(100));
        if (phase == HostPhase.Connecting) return;
        Run(Connected());
        if (phase == HostPhase.Subscribing) return;
        Run(new HostInput.Subscribed(default));
        if (phase == HostPhase.Disconnecting) Run(new HostInput.Stop(default));
        Assert.Equal(phase, _session.Phase);
    }

    private void GoOnline(ulong time) => Run(ConnectDue(time), Connected(), new HostInput.Subscribed(new Timestamp(time + 1)));

    private string[] After(HostInput input)
    {
        var before = _outputs.Log.Count;
        Run(input);
        return [.. _outputs.Log.Skip(before)];
    }

    private void Run(params HostInput[] inputs)
    {
        foreach (var input in inputs) _session.Step(input, _outputs);
    }

    private static string Birth(ulong time) => $"publish {Topic} {{\"online\":true,\"timestamp\":{time}}}";

    private static HostInput.ConnectDue ConnectDue(ulong time) => new(new Timestamp(time));

    private static HostInput.Connected Connected() => new(new Timestamp(101));

    private static HostInput.OwnStateReceived OwnState(string json) => new(Encoding.UTF8.GetBytes(json), new Timestamp(200));

    private sealed class Recorder : IHostOutputs
    {
        public List<string> Log { get; } = [];

        public void Connect(string willTopic, ReadOnlyMemory<byte> willPayload) => Log.Add($"connect {willTopic} {Encoding.UTF8.GetString(willPayload.Span)}");

        public void Subscribe(IReadOnlyList<string> filters) => Log.Add($"subscribe {string.Join(' ', filters)}");

        public void PublishState(string topic, ReadOnlyMemory<byte> payload) => Log.Add($"publish {topic} {Encoding.UTF8.GetString(payload.Span)}");

        public void Disconnect() => Log.Add("disconnect");

        public void PhaseChanged(HostPhase phase) => Log.Add(phase.ToString());
    }
}
