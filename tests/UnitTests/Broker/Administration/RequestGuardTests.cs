using Microsoft.AspNetCore.Http;
using Sparkplug.Broker.Administration;

namespace UnitTests.Broker.Administration;

public sealed class RequestGuardTests
{
    [Theory]
    [InlineData("localhost", true)]
    [InlineData("LOCALHOST", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.8.9.10", true)]
    [InlineData("[::1]", true)]
    [InlineData("", false)]
    [InlineData("localhost.", false)]
    [InlineData("localhost.evil.example", false)]
    [InlineData("127.0.0.1.evil.example", false)]
    [InlineData("evil.example", false)]
    [InlineData("192.168.1.7", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("[::]", false)]
    [InlineData("[fd00::1]", false)]
    public void Only_names_that_nobody_can_point_elsewhere_are_this_machine(string host, bool isThisMachine) =>
        Assert.Equal(isThisMachine, RequestGuard.IsThisMachine(host));

    [Theory]
    [InlineData("/health/live", true)]
    [InlineData("/health/ready", true)]
    [InlineData("/metrics", true)]
    [InlineData("/Metrics", true)]
    [InlineData("/", false)]
    [InlineData("/healthy", false)]
    [InlineData("/metricsx", false)]
    [InlineData("/api/broker", false)]
    [InlineData("/api/health", false)]
    [InlineData("/openapi/v1.json", false)]
    public void All_but_health_and_counters_needs_the_token(string path, bool isOpen) => Assert.Equal(isOpen, RequestGuard.IsOpen(new PathString(path)));
}
