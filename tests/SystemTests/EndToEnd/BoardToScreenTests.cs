using SystemTests.Support;

namespace SystemTests.EndToEnd;

/// <summary>The main job on real parts: firmware in an emulated ATmega328P, edge node, broker, host, HTTP.</summary>
[Collection(RealClock.Name)]
public sealed class BoardToScreenTests
{
    [Theory]
    [InlineData(BrokerKind.Ours)]
    [InlineData(BrokerKind.Mosquitto)]
    public async Task Values_follow_the_analog_inputs_and_a_write_reaches_the_pin(BrokerKind broker)
    {
        await using var plant = await Plant.StartAsync(broker);

        // The sketch reads 10 mV per degree with an offset of 500 mV, and 0 to 5 V for 0 to 100 %.
        await plant.Board.SetAnalogAsync(0, 750);
        await plant.WaitForValueAsync("temperature", 20, value => Math.Abs(value - 25) < 1);
        await plant.Board.SetAnalogAsync(0, 905);
        await plant.WaitForValueAsync("temperature", 20, value => Math.Abs(value - 40.5) < 0.3);
        await plant.Board.SetAnalogAsync(1, 1525);
        await plant.WaitForValueAsync("humidity", 20, value => Math.Abs(value - 30.5) < 0.3);

        Assert.False(await plant.Board.IsHighAsync("relay"));
        var outcome = await plant.Api.CommandAsync(plant.DevicePath, "relay", true);
        Assert.Equal("Confirmed", (string?)outcome["state"]);
        Assert.True(await plant.Board.IsHighAsync("relay"), "Confirmed says that the pin has moved");
        await plant.WaitForValueAsync("relay", 10, value => value == 1);
    }

    [Fact]
    public async Task The_birth_says_types_units_ranges_and_what_is_writable_and_nobody_wrote_a_mapping()
    {
        await using var plant = await Plant.StartAsync(BrokerKind.Ours);

        var temperature = (await plant.MetricAsync("temperature"))!;
        var relay = (await plant.MetricAsync("relay"))!;

        Assert.Equal("Float", (string?)temperature["dataType"]);
        Assert.Equal("°C", (string?)temperature["properties"]!["engUnit"]);
        Assert.Equal(-40, (double?)temperature["properties"]!["engLow"]);
        Assert.Equal(125, (double?)temperature["properties"]!["engHigh"]);
        Assert.True((bool?)temperature["properties"]!["readOnly"]);
        Assert.Equal("Boolean", (string?)relay["dataType"]);
        Assert.False((bool?)relay["properties"]!["readOnly"]);
    }

    [Fact]
    public async Task A_pulled_cable_is_a_DDEATH_within_3_seconds_and_another_port_is_the_same_device()
    {
        await using var plant = await Plant.StartAsync(BrokerKind.Ours);

        await plant.Board.UnplugAsync();
        var noticed = await Wait.UntilAsync("the device is offline", 20,
            async () => (await plant.Api.DevicesOnlineAsync(Plant.Group, Plant.Node)).Count == 0, plant.Describe);
        Assert.True(noticed < TimeSpan.FromSeconds(3), $"the host knew after {noticed}");
        Assert.Equal("Stale", (string?)(await plant.MetricAsync("temperature"))!["quality"]);
        Assert.True(await plant.Api.IsOnlineAsync(Plant.Group, Plant.Node));

        var device = plant.DeviceId;
        await plant.Board.PlugAsync(plant.PortPath("ttyACM7"));
        var born = await Wait.UntilAsync("the device is online", 20,
            async () => (await plant.Api.DevicesOnlineAsync(Plant.Group, Plant.Node)).Contains(device), plant.Describe);
        // The board speaks when it is plugged in; its DBIRTH has two seconds, and finding a new port half of one.
        Assert.True(born < TimeSpan.FromSeconds(2.5), $"the device was born after {born}");
    }

    [Fact]
    public async Task A_second_board_is_born_and_neither_the_node_nor_the_first_board_is_reborn()
    {
        await using var plant = await Plant.StartAsync(BrokerKind.Ours);
        var first = (await plant.Api.TryGetAsync(plant.DevicePath))!;

        await using var second = await plant.PlugInSecondBoardAsync("ttyUSB0");
        await Wait.UntilAsync("both devices are online", 30,
            async () => (await plant.Api.DevicesOnlineAsync(Plant.Group, Plant.Node)).Count == 2, plant.Describe);
        await second.UnplugAsync();
        await Wait.UntilAsync("one device is offline", 30,
            async () => (await plant.Api.DevicesOnlineAsync(Plant.Group, Plant.Node)).Count == 1, plant.Describe);

        Assert.Equal(1, (int?)(await plant.Api.TryGetAsync($"/api/nodes/{Plant.Group}/{Plant.Node}"))!["births"]);
        var still = (await plant.Api.TryGetAsync(plant.DevicePath))!;
        Assert.True((bool?)still["online"]);
        Assert.Equal((string?)first["since"], (string?)still["since"]);
        await Wait.UntilAsync("Ports shows one board and one empty port", 10, async () => (await PortStatesAsync(plant)).SequenceEqual(["Online", "Absent"]), plant.Describe);
    }

    [Theory]
    [InlineData(BrokerKind.Ours)]
    [InlineData(BrokerKind.Mosquitto)]
    public async Task Each_of_the_three_can_be_killed_and_started_again_and_the_state_is_right_again(BrokerKind broker)
    {
        await using var plant = await Plant.StartAsync(broker);
        var device = plant.DeviceId;

        await plant.Edge.KillAsync();
        await Wait.UntilAsync("the node is offline", 20, async () => await plant.Api.IsOnlineAsync(Plant.Group, Plant.Node) == false, plant.Describe);
        Assert.Equal("Stale", (string?)(await plant.MetricAsync("temperature"))!["quality"]);
        plant.StartEdge();
        await ExpectValueAsync(plant, 950, 45);

        await plant.Broker.KillAsync();
        await Wait.UntilAsync("the metrics are stale", 20,
            async () => (string?)(await plant.MetricAsync("temperature"))?["quality"] == "Stale", plant.Describe);
        plant.StartBroker();
        await ExpectValueAsync(plant, 1000, 50);

        await plant.Host.KillAsync();
        plant.StartHost();
        await ExpectValueAsync(plant, 1050, 55);

        Assert.Equal(device, plant.DeviceId);
        var outcome = await plant.Api.CommandAsync(plant.DevicePath, "relay", true);
        Assert.Equal("Confirmed", (string?)outcome["state"]);
    }

    private static async Task<IEnumerable<string>> PortStatesAsync(Plant plant)
    {
        var node = (await plant.Api.TryGetAsync($"/api/nodes/{Plant.Group}/{Plant.Node}"))!;
        var ports = node["metrics"]!.AsArray().Single(metric => (string?)metric!["name"] == "Ports")!;
        return ports["value"]!["rows"]!.AsArray().Select(row => (string)row![2]!);
    }

    private static async Task ExpectValueAsync(Plant plant, int millivolts, double degrees)
    {
        await plant.Board.SetAnalogAsync(0, millivolts);
        await plant.WaitForDeviceAsync(60);
        await plant.WaitForValueAsync("temperature", 30, value => Math.Abs(value - degrees) < 1);
    }
}
