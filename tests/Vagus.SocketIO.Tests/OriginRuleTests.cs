using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Vagus.SocketIO.Tests;

public sealed class OriginRuleTests
{
    [Theory]
    [InlineData("http", "clinic.example", "http://clinic.example", true)]
    [InlineData("http", "clinic.example", "http://CLINIC.example", true)]
    [InlineData("https", "clinic.example:443", "https://clinic.example", true)]
    [InlineData("http", "clinic.example:8080", "http://clinic.example:8080", true)]
    [InlineData("http", "[::1]:3000", "http://[::1]:3000", true)]
    [InlineData("http", "clinic.example", "https://clinic.example", true)]
    [InlineData("https", "clinic.example", "http://clinic.example", false)]
    [InlineData("http", "clinic.example", "http://clinic.example:8080", false)]
    [InlineData("http", "clinic.example", "http://clinic.example/", false)]
    [InlineData("http", "clinic.example", "http://clinic.example/page", false)]
    [InlineData("http", "clinic.example", "http://user@clinic.example", false)]
    [InlineData("http", "clinic.example", "http://evil.example", false)]
    [InlineData("http", "clinic.example", "ftp://clinic.example", false)]
    [InlineData("http", "clinic.example", "null", false)]
    [InlineData("http", "clinic.example", "", false)]
    public void Without_a_list_a_page_must_be_of_the_host_it_speaks_to(string scheme, string host, string origin, bool allowed) =>
        Assert.Equal(allowed, Origins.Allow(Request(scheme, host, origin), []));

    [Fact]
    public void A_request_without_an_origin_is_no_browsers_and_may_come_in() =>
        Assert.True(Origins.Allow(Request("http", "clinic.example"), ["https://other.example"]));

    [Fact]
    public void Two_origins_are_none() =>
        Assert.False(Origins.Allow(Request("http", "clinic.example", "http://clinic.example", "http://clinic.example"), []));

    [Theory]
    [InlineData("https://portal.example", true)]
    [InlineData("https://PORTAL.example", true)]
    [InlineData("https://portal.example/", false)]
    [InlineData("http://clinic.example", true)]
    [InlineData("http://other.example", false)]
    [InlineData("null", false)]
    [InlineData("", false)]
    public void With_a_list_a_page_must_be_in_it_or_of_the_host_it_speaks_to(string origin, bool allowed) =>
        Assert.Equal(allowed, Origins.Allow(Request("http", "clinic.example", origin), ["https://portal.example"]));

    [Fact]
    public void A_star_allows_every_page() => Assert.True(Origins.Allow(Request("http", "clinic.example", "null"), ["*"]));

    private static HttpRequest Request(string scheme, string host, params string[] origins)
    {
        var request = new DefaultHttpContext().Request;
        request.Scheme = scheme;
        request.Host = new HostString(host);
        if (origins.Length > 0) request.Headers.Origin = new StringValues(origins);
        return request;
    }
}
