using System.Net;
using HostApp.Access;
using HostApp.Configuration;
using Microsoft.AspNetCore.Http;

namespace UnitTests.HostApp;

public sealed class AccessTests
{
    [Theory]
    [InlineData("localhost", true)]
    [InlineData("LOCALHOST", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("[::1]", true)]
    [InlineData("evil.example", false)]
    [InlineData("localhost.evil.example", false)]
    [InlineData("192.168.1.7", false)]
    [InlineData("", false)]
    public void On_loopback_only_the_names_of_loopback_are_ours(string host, bool isOurs) =>
        Assert.Equal(isOurs, Hosts("http://127.0.0.1:8080").Contains(host, IPAddress.Loopback));

    [Theory]
    [InlineData("192.168.1.7", true)]
    [InlineData("scada-box", true)]
    [InlineData("scada.plant.example", true)]
    [InlineData("localhost", true)]
    [InlineData("192.168.1.8", false)]
    [InlineData("evil.example", false)]
    public void An_open_server_also_has_its_own_address_its_machines_name_and_the_names_it_was_given(string host, bool isOurs) =>
        Assert.Equal(isOurs, Hosts("http://0.0.0.0:8080").Contains(host, IPAddress.Parse("::ffff:192.168.1.7")));

    [Theory]
    [InlineData(null, null, false)]
    [InlineData("http://localhost:8080", null, false)]
    [InlineData("http://localhost:8080", "same-origin", false)]
    [InlineData(null, "none", false)]
    [InlineData("http://localhost:8081", null, true)]
    [InlineData("https://localhost:8080", null, true)]
    [InlineData("http://evil.example", null, true)]
    [InlineData("null", null, true)]
    [InlineData(null, "cross-site", true)]
    [InlineData(null, "same-site", true)]
    [InlineData("http://localhost:8080", "cross-site", true)]
    public void Only_our_own_page_and_programs_are_not_foreign(string? origin, string? site, bool isForeign)
    {
        var request = new DefaultHttpContext().Request;
        (request.Scheme, request.Host) = ("http", new HostString("localhost", 8080));
        if (origin is not null) request.Headers.Origin = origin;
        if (site is not null) request.Headers["Sec-Fetch-Site"] = site;
        Assert.Equal(isForeign, Origins.IsForeign(request));
    }

    private static AllowedHosts Hosts(string url)
    {
        Assert.True(ListenUrl.TryParse(url, out var parsed));
        return new AllowedHosts([parsed], ["scada.plant.example"], "scada-box");
    }
}
