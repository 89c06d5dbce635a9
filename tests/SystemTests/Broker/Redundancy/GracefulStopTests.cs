using SystemTests.Support;
using UnitTests;

namespace SystemTests.Broker.Redundancy;

/// <summary>A broker that is stopped, as the clients of mosquitto see it.</summary>
[Collection(RealClock.Name)]
public sealed class GracefulStopTests
{
    [Fact]
    [Spec("MQTT-3.14.2-1", "MQTT-3.1.2-8")]
    public async Task A_stop_delivers_Wills_then_says_goodbye_and_nothing_of_it_is_lost()
    {
        await using var broker = await BrokerProcess.StartAsync();
        await using var subscriber = await SubscribeAsync(broker, "-V", "5");
        await using var old = await SubscribeAsync(broker, "-V", "311");
        await using var durable = await SubscribeAsync(broker, "-V", "311", "-i", "stays", "-c");
        await RunAsync("mosquitto_sub", broker, "-i", "away", "-c", "-q", "1", "-t", "state/#", "-E");
        await using var sensor = await SubscribeAsync(broker, "-V", "311", "--will-topic", "state/sensor", "--will-payload", "gone", "--will-qos", "1");
        await RunAsync("mosquitto_pub", broker, "-t", "last", "-m", "word", "-r");

        Assert.Equal(0, await broker.TerminateAsync());
        await subscriber.WaitForLineAsync("Received DISCONNECT (139)", 30);
        var lines = subscriber.Lines.ToList();
        Assert.InRange(lines.IndexOf("gone"), 0, lines.IndexOf("Received DISCONNECT (139)") - 1);
        await old.WaitForLineAsync("gone", 30);
        await durable.WaitForLineAsync("gone", 30);

        await broker.StartAgainAsync();
        Assert.Equal("word\n", await RunAsync("mosquitto_sub", broker, "-t", "last", "-C", "1", "-W", "20"));
        await RunAsync("mosquitto_pub", broker, "-t", "state/end", "-m", "end", "-q", "1");
        Assert.Equal("gone\nend\n", await RunAsync("mosquitto_sub", broker, "-i", "away", "-c", "-q", "1", "-t", "state/#", "-C", "2", "-W", "20"));
    }

    private static async Task<ServiceProcess> SubscribeAsync(BrokerProcess broker, params string[] more)
    {
        var subscriber = ServiceProcess.Start("mosquitto_sub", "stdbuf", ["-oL", "mosquitto_sub", .. Address(broker), "-d", "-q", "1", "-t", "#", .. more]);
        await subscriber.WaitForLineAsync("Subscribed", 30);
        return subscriber;
    }

    private static async Task<string> RunAsync(string program, BrokerProcess broker, params string[] arguments)
    {
        var outcome = await Mosquitto.RunAsync(program, [.. Address(broker), .. arguments]);
        Assert.True(outcome.ExitCode == 0, $"{program} ended with {outcome.ExitCode}: {outcome.Errors}\n{broker.Output}");
        return outcome.Output;
    }

    private static string[] Address(BrokerProcess broker) => ["-h", broker.Address.Host, "-p", $"{broker.Address.Port}"];
}
