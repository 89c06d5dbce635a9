using System.Globalization;
using SystemTests.Support;
using UnitTests;

namespace SystemTests.Broker.Durability;

/// <summary>
/// The broker is killed at random moments under load, and started again on its data folder. <c>DURABILITY_ROUNDS</c> is how often (10),
/// <c>DURABILITY_SEED</c> repeats the moments of another run as far as they are the test's choice.
/// </summary>
[Collection(RealClock.Name)]
public sealed class KillTests(ITestOutputHelper output)
{
    private const int MostAcknowledgements = 600;

    [Fact]
    [Spec("MQTT-3.1.2-4", "MQTT-3.1.2-5", "MQTT-3.1.2-8", "MQTT-3.3.1-1", "MQTT-4.3.2-3", "MQTT-4.3.3-3", "MQTT-4.3.3-6", "MQTT-4.3.3-10", "MQTT-4.4.0-1")]
    [Spec("MQTT-4.6.0-6", "MQTT311-3.1.2-5", "MQTT311-4.4.0-1", "MQTT311-4.6.0-6")]
    public async Task Nothing_acknowledged_is_lost_by_kill_9()
    {
        var rounds = FromEnvironment("DURABILITY_ROUNDS") ?? 10;
        var seed = FromEnvironment("DURABILITY_SEED") ?? Random.Shared.Next();
        var folder = Directory.CreateTempSubdirectory("broker-killed-").FullName;
        await using var run = new KillRun(folder, seed);
        await run.BeginAsync();
        for (var round = 1; round <= rounds; round++)
            await run.KillAndStartAgainAsync(MostAcknowledgements);
        await run.EndAsync();
        output.WriteLine(run.Summary);
        run.Findings.AssertNone(run.Summary);
        Assert.True(run.Redelivered > 0, "no kill came between a message and its acknowledgement");
        Directory.Delete(folder, recursive: true);
    }

    private static int? FromEnvironment(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
