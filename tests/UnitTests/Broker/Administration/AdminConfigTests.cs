using Sparkplug.Broker;
using Sparkplug.Configuration;

namespace UnitTests.Broker.Administration;

public sealed class AdminConfigTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_a_word_it_listens_on_loopback_and_is_not_insisted_on()
    {
        var config = Read();
        Assert.Equal("127.0.0.1:9883", config.Admin!.ToString());
        Assert.True(config.IsAdminByDefault);
        Assert.Equal(TimeSpan.FromSeconds(10), config.SysInterval);
    }

    [Theory]
    [InlineData("127.0.0.1:0")]
    [InlineData("127.3.4.5:9000")]
    [InlineData("[::1]:9883")]
    public void An_address_of_this_machine_is_taken_as_it_is(string text)
    {
        var config = Read($"--Broker:Admin:Listen={text}");
        Assert.Equal(text, config.Admin!.ToString());
        Assert.False(config.IsAdminByDefault);
    }

    [Fact]
    public void An_empty_address_turns_it_off() => Assert.Null(Read("--Broker:Admin:Listen=").Admin);

    [Fact]
    public void Zero_turns_the_SYS_topics_off() => Assert.Equal(TimeSpan.Zero, Read("--Broker:SysInterval=00:00:00").SysInterval);

    [Theory]
    [InlineData("Broker:Admin:Listen", "--Broker:Admin:Listen=0.0.0.0:9883")]
    [InlineData("Broker:Admin:Listen", "--Broker:Admin:Listen=[::]:9883")]
    [InlineData("Broker:Admin:Listen", "--Broker:Admin:Listen=192.168.1.7:9883")]
    [InlineData("Broker:Admin:Listen", "--Broker:Admin:Listen=9883")]
    [InlineData("Broker:SysInterval", "--Broker:SysInterval=00:00:00.5")]
    [InlineData("Broker:SysInterval", "--Broker:SysInterval=often")]
    public void What_is_not_for_this_machine_alone_or_too_often_is_a_fault(string key, string arg) =>
        Assert.Equal(key, Assert.Single(Assert.Throws<ConfigurationFaultException>(() => Read(arg)).Faults).Key);

    private BrokerConfig Read(params string[] args) => BrokerConfigReader.Read([$"--Broker:DataDirectory={_folder}", .. args]).Config;
}
