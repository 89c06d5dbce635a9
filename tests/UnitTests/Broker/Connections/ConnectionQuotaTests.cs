using System.Net;
using Sparkplug.Broker.Connections;

namespace UnitTests.Broker.Connections;

public sealed class ConnectionQuotaTests
{
    private static readonly IPAddress Here = IPAddress.Parse("10.0.0.1"), There = IPAddress.Parse("10.0.0.2");

    [Fact]
    public void As_many_enter_as_the_total_allows()
    {
        var quota = new ConnectionQuota(total: 2, perAddress: 2);
        Assert.Null(quota.TryEnter(Here));
        Assert.Null(quota.TryEnter(There));
        Assert.Equal("connection limit", quota.TryEnter(There));
        Assert.Equal(2, quota.Count);
    }

    [Fact]
    public void One_address_does_not_take_the_room_of_another()
    {
        var quota = new ConnectionQuota(total: 10, perAddress: 1);
        Assert.Null(quota.TryEnter(Here));
        Assert.Equal("connection limit of the address", quota.TryEnter(Here));
        Assert.Null(quota.TryEnter(There));
        Assert.Equal(2, quota.Count);
    }

    [Fact]
    public void Who_leaves_makes_room()
    {
        var quota = new ConnectionQuota(total: 1, perAddress: 1);
        Assert.Null(quota.TryEnter(Here));
        quota.Leave(Here);
        Assert.Equal(0, quota.Count);
        Assert.Null(quota.TryEnter(Here));
    }
}
