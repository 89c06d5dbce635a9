using System.Text;
using MQTTnet.Formatter;
using MQTTnet;
using Sparkplug.Broker.Security;
using Sparkplug.Broker;
using Sparkplug.Configuration;

namespace SystemTests.Broker;

public sealed class SignInTests
{
    public static TheoryData<MqttProtocolVersion> Versions => [MqttProtocolVersion.V311, MqttProtocolVersion.V500];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_user_with_the_right_password_is_let_in(MqttProtocolVersion version)
    {
        await using var broker = await BrokerFixture.StartAsync();
        await using var client = await TestClient.ConnectAsync(broker.Tcp, version);
        Assert.True(client.Client.IsConnected);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_wrong_password_is_refused(MqttProtocolVersion version)
    {
        await using var broker = await BrokerFixture.StartAsync("--Broker:AllowAnonymous=true");
        await using var client = new TestClient();
        var result = await client.TryConnectAsync(broker.Tcp, version, options => options.Credentials = new MqttClientCredentials(BrokerFixture.UserName, "wrong"u8.ToArray()));
        Assert.Equal(MqttClientConnectResultCode.BadUserNameOrPassword, result.ResultCode);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_wrong_password_is_called_so_for_a_client_without_an_id_too(MqttProtocolVersion version)
    {
        await using var broker = await BrokerFixture.StartAsync();
        await using var client = new TestClient();
        var result = await client.TryConnectAsync(broker.Tcp, version, options =>
        {
            options.ClientId = "";
            options.Credentials = new MqttClientCredentials(BrokerFixture.UserName, "wrong"u8.ToArray());
        });
        Assert.Equal(MqttClientConnectResultCode.BadUserNameOrPassword, result.ResultCode);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task An_anonymous_client_is_refused_unless_the_operator_allows_it(MqttProtocolVersion version)
    {
        await using var broker = await BrokerFixture.StartAsync();
        await using var client = new TestClient();
        var result = await client.TryConnectAsync(broker.Tcp, version, options => options.Credentials = null);
        Assert.Equal(MqttClientConnectResultCode.NotAuthorized, result.ResultCode);

        await broker.StopAsync();
        await broker.StartAgainAsync("--Broker:AllowAnonymous=true");
        await using var second = await TestClient.ConnectAsync(broker.Tcp, version, options => options.Credentials = null);
        Assert.True(second.Client.IsConnected);
    }

    [Fact]
    public async Task A_password_that_is_changed_counts_from_the_next_connection_on()
    {
        await using var broker = await BrokerFixture.StartAsync();
        await using (await TestClient.ConnectAsync(broker.Tcp))
        {
        }

        BrokerUsers.Open(broker.Endpoints.UsersFile).Add(BrokerFixture.UserName, "another");
        await using var old = new TestClient();
        Assert.Equal(MqttClientConnectResultCode.BadUserNameOrPassword, (await old.TryConnectAsync(broker.Tcp)).ResultCode);
        await using var client = await TestClient.ConnectAsync(broker.Tcp,
            change: options => options.Credentials = new MqttClientCredentials(BrokerFixture.UserName, Encoding.UTF8.GetBytes("another")));
        Assert.True(client.Client.IsConnected);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_client_without_an_id_gets_one(MqttProtocolVersion version)
    {
        await using var broker = await BrokerFixture.StartAsync();
        await using var first = await TestClient.ConnectAsync(broker.Tcp, version, options => options.ClientId = "");
        await using var second = await TestClient.ConnectAsync(broker.Tcp, version, options => options.ClientId = "");
        await second.AllUntilMarkerAsync();
        await first.AllUntilMarkerAsync(); // both are still served: neither took the other's id
    }

    [Fact]
    public async Task A_second_broker_on_the_same_data_folder_does_not_start()
    {
        await using var broker = await BrokerFixture.StartAsync();
        var fault = await Assert.ThrowsAsync<ConfigurationFaultException>(() => BrokerFixture.StartOnAsync(broker.DataDirectory));
        Assert.Equal("Broker:DataDirectory", Assert.Single(fault.Faults).Key);
    }

    [Fact]
    public async Task A_port_that_is_taken_stops_the_start_with_its_key_and_leaves_nothing_running()
    {
        await using var broker = await BrokerFixture.StartAsync();
        var folder = Directory.CreateTempSubdirectory("broker-test-").FullName;
        var fault = await Assert.ThrowsAsync<ConfigurationFaultException>(
            () => BrokerFixture.StartOnAsync(folder, $"--Broker:Listeners:Tcp={broker.Tcp}", "--Broker:AllowAnonymous=true"));
        Assert.Equal("Broker:Listeners:Tcp", Assert.Single(fault.Faults).Key);

        await using (await BrokerFixture.StartOnAsync(folder, "--Broker:AllowAnonymous=true")) // its folder is free again
        {
        }

        Directory.Delete(folder, recursive: true);
    }
}
