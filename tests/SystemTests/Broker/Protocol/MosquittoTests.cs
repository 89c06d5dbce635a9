using UnitTests;

namespace SystemTests.Broker.Protocol;

/// <summary>mosquitto_pub and mosquitto_sub, as people use them every day.</summary>
public sealed class MosquittoTests
{
    private static readonly string[] SignIn = ["-u", BrokerFixture.UserName, "-P", BrokerFixture.Password];

    public static TheoryData<string, string> VersionsAndQos => new(
        from version in (string[])["mqttv311", "mqttv5"] from qos in (string[])["0", "1", "2"] select (version, qos));

    [Theory, MemberData(nameof(VersionsAndQos))]
    public async Task A_retained_message_reaches_a_subscriber_with_its_QoS(string version, string qos)
    {
        await using var broker = await BrokerFixture.StartAsync();
        var published = await Mosquitto.PublishAsync(broker.Tcp, [.. SignIn, "-V", version, "-q", qos, "-t", "plant/temp", "-m", "21.5", "-r"]);
        Assert.Equal((0, ""), (published.ExitCode, published.Errors));
        var seen = await Mosquitto.SubscribeAsync(broker.Tcp, [.. SignIn, "-V", version, "-q", "2", "-t", "plant/#", "-C", "1", "-W", "20", "-F", "%t %p %q %r"]);
        Assert.Equal($"plant/temp 21.5 {qos} 1\n", seen.Output);
    }

    [Theory, MemberData(nameof(VersionsAndQos))]
    public async Task A_session_that_stays_gets_in_order_what_came_while_it_was_away(string version, string qos)
    {
        await using var broker = await BrokerFixture.StartAsync();
        string[] session = [.. SignIn, "-V", version, "-i", "stays", "-c", "-q", qos, "-t", "q"];
        var begun = await Mosquitto.SubscribeAsync(broker.Tcp, [.. session, "-E"]);
        Assert.Equal((0, ""), (begun.ExitCode, begun.Errors));
        foreach (var text in (string[])["one", "two", "three"])
            Assert.Equal(0, (await Mosquitto.PublishAsync(broker.Tcp, [.. SignIn, "-V", version, "-q", qos, "-t", "q", "-m", text])).ExitCode);
        var seen = await Mosquitto.SubscribeAsync(broker.Tcp, [.. session, .. qos == "0" ? (string[])["-E"] : ["-C", "3", "-W", "20"]]);
        Assert.Equal(qos == "0" ? "" : "one\ntwo\nthree\n", seen.Output);
    }

    [Fact]
    [Spec("MQTT-3.3.2-4", "MQTT-3.3.2-15", "MQTT-3.3.2-16", "MQTT-3.3.2-17", "MQTT-3.3.2-20")]
    public async Task Properties_pass_through()
    {
        await using var broker = await BrokerFixture.StartAsync();
        await Mosquitto.PublishAsync(broker.Tcp,
        [
            .. SignIn, "-V", "mqttv5", "-t", "p", "-m", "x", "-r", "-D", "publish", "user-property", "unit", "C", "-D", "publish", "content-type", "text/plain",
            "-D", "publish", "response-topic", "answer", "-D", "publish", "correlation-data", "42", "-D", "publish", "payload-format-indicator", "1",
            "-D", "publish", "message-expiry-interval", "600",
        ]);
        var seen = await Mosquitto.SubscribeAsync(broker.Tcp, [.. SignIn, "-V", "mqttv5", "-t", "p", "-C", "1", "-W", "20", "-F", "%P|%C|%R|%D|%F"]);
        Assert.Equal("unit:C|text/plain|answer|42|1\n", seen.Output);
    }

    [Theory]
    [InlineData("mqttv311")]
    [InlineData("mqttv5")]
    public async Task A_wrong_password_is_said_so(string version)
    {
        await using var broker = await BrokerFixture.StartAsync();
        var refused = await Mosquitto.PublishAsync(broker.Tcp, "-V", version, "-u", BrokerFixture.UserName, "-P", "guess", "-t", "t", "-m", "x");
        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("bad user name or password", refused.Errors, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_shared_subscription_and_a_large_message_work()
    {
        await using var broker = await BrokerFixture.StartAsync();
        var file = Path.Combine(broker.DataDirectory, "large");
        await File.WriteAllTextAsync(file, new string('x', 5_000_000), TestContext.Current.CancellationToken);
        var subscriber = Mosquitto.SubscribeAsync(broker.Tcp, [.. SignIn, "-q", "1", "-t", "$share/g/large", "-C", "1", "-W", "25", "-F", "%l"]);
        do
            Assert.Equal(0, (await Mosquitto.PublishAsync(broker.Tcp, [.. SignIn, "-q", "1", "-t", "large", "-f", file])).ExitCode);
        while (!subscriber.IsCompleted);
        Assert.Equal("5000000\n", (await subscriber).Output);
    }
}
