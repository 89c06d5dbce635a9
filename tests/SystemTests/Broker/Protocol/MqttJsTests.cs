using System.Globalization;
using SystemTests.Support;

namespace SystemTests.Broker.Protocol;

/// <summary>MQTT.js, which comes with the peers of the system tests: each QoS both ways, a Will, a session that stays.</summary>
public sealed class MqttJsTests
{
    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Its_round_trip_works(int version)
    {
        await using var broker = await BrokerFixture.StartAsync();
        var outcome = await Mosquitto.RunAsync(
            "node", Repository.PathOf("tests", "SystemTests", "Broker", "Protocol", "round-trip.js"), $"mqtt://127.0.0.1:{broker.Tcp.Port}",
            version.ToString(CultureInfo.InvariantCulture), BrokerFixture.UserName, BrokerFixture.Password);
        Assert.Equal("", outcome.Errors);
        Assert.Equal(
            "live 0 false, live 1 false, live 2 false, will 1 true, queued 1 false, queued 2 false, present true",
            outcome.Output.Trim());
    }
}
