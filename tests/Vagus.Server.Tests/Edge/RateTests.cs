using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Vagus.Server.Edge;

namespace Vagus.Server.Tests.Edge;

/// <summary>What one address, one caller and one organization may ask for, and what each request costs.</summary>
public sealed class RateTests
{
    private const string Behind = "--urls http://127.0.0.1:0 --behind-proxy";

    [Fact]
    public async Task One_address_that_asks_too_much_is_told_when_to_come_again_and_no_other_notices()
    {
        await using var server = await TestServer.Start(Behind, edge: new EdgeLimits { UnitsPerAddress = 2 });
        var bursts = new List<HttpResponseMessage>();
        for (var n = 0; n < 20; n++) bursts.Add(await From(server, "203.0.113.7", "/fhir/metadata"));

        using var other = await From(server, "198.51.100.20", "/fhir/metadata");

        Assert.Equal(HttpStatusCode.OK, bursts[0].StatusCode);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        var refused = bursts.Find(answer => answer.StatusCode == HttpStatusCode.TooManyRequests);
        Assert.NotNull(refused);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 10);
        Assert.Equal("application/fhir+json", refused.Content.Headers.ContentType!.MediaType);
        using var body = JsonDocument.Parse(await refused.Content.ReadAsStringAsync());
        Assert.Equal("OperationOutcome", body.RootElement.GetProperty("resourceType").GetString());
    }

    [Fact]
    public async Task Addresses_of_one_network_of_IPv6_are_one_client()
    {
        await using var server = await TestServer.Start(Behind, edge: new EdgeLimits { UnitsPerAddress = 2 });
        var statuses = new List<HttpStatusCode>();
        for (var n = 1; n <= 20; n++)
        {
            using var answer = await From(server, $"2001:db8:0:1::{n:x}", "/api/nothing-here");
            statuses.Add(answer.StatusCode);
        }

        using var other = await From(server, "2001:db8:0:2::1", "/api/nothing-here");

        Assert.Contains(HttpStatusCode.TooManyRequests, statuses);
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
    }

    [Fact]
    public async Task A_caller_that_asks_too_much_is_refused_from_every_address_and_a_colleague_is_not()
    {
        await using var server = await TestServer.Start(Behind, edge: new EdgeLimits { UnitsPerPerson = 2 });
        var maya = await EdgeClinic.SignIn(server);
        var bo = await EdgeClinic.SignIn(server, "bo@harbor.example");
        var statuses = new List<HttpStatusCode>();
        for (var n = 1; n <= 20; n++)
        {
            using var answer = await From(server, $"203.0.113.{n}", "/api/auth/me", maya);
            statuses.Add(answer.StatusCode);
        }

        using var colleague = await From(server, "203.0.113.7", "/api/auth/me", bo);
        using var stranger = await From(server, "203.0.113.7", "/api/auth/me");

        Assert.Contains(HttpStatusCode.TooManyRequests, statuses);
        Assert.Equal(HttpStatusCode.OK, colleague.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
    }

    [Fact]
    public async Task The_callers_of_one_organization_share_its_rate()
    {
        await using var server = await TestServer.Start(Behind, edge: new EdgeLimits { UnitsPerTenant = 2 });
        string[] tokens = [await EdgeClinic.SignIn(server), await EdgeClinic.SignIn(server, "bo@harbor.example")];
        var statuses = new List<HttpStatusCode>();
        for (var n = 0; n < 20; n++)
        {
            using var answer = await From(server, "203.0.113.7", "/api/auth/me", tokens[n % 2]);
            statuses.Add(answer.StatusCode);
        }

        Assert.Contains(HttpStatusCode.TooManyRequests, statuses);
    }

    [Theory]
    [InlineData("GET", "/fhir/Patient/1", null, 1)]
    [InlineData("GET", "/fhir/Patient/1?_format=json", null, 1)]
    [InlineData("POST", "/fhir/Patient", 900L, 1)]
    [InlineData("GET", "/fhir/Patient?name=a", null, 6)]
    [InlineData("POST", "/fhir/Patient/_search", 40L, 6)]
    [InlineData("GET", "/fhir/Observation?subject:Patient.name=a&_include=Observation:subject&_has:Provenance:target:agent=b", null, 21)]
    [InlineData("GET", "/fhir/Observation?_include=a&_include=b&_include=c&_include=d&_include=e&_include=f&_include=g&_include=h&_include=i&_include=j", null, 51)]
    [InlineData("GET", "/fhir/Subscription/1/$status", null, 1)]
    [InlineData("GET", "/fhir/Subscription/1/$events?eventsSinceNumber=1", null, 51)]
    [InlineData("POST", "/fhir/Subscription/1/$events", 40L, 51)]
    [InlineData("POST", "/fhir", 3200L * 1024, 101)]
    [InlineData("POST", "/fhir", 160L * 1024 * 1024, 501)]
    public void A_request_costs_what_it_joins_and_brings(string method, string address, long? length, int cost)
    {
        var context = new DefaultHttpContext();
        var parts = address.Split('?');
        (context.Request.Method, context.Request.Path, context.Request.ContentLength) = (method, parts[0], length);
        if (parts.Length > 1) context.Request.QueryString = new QueryString($"?{parts[1]}");

        Assert.Equal(cost, RequestCost.Of(context.Request));
    }

    [Theory]
    [InlineData("name=a", 6)]
    [InlineData("subject:Patient.name=a&_include=Observation:subject&_has:Provenance:target:agent=b", 21)]
    [InlineData("subject%3APatient%2Ename=a", 11)]
    public async Task A_search_by_form_costs_what_its_form_joins_and_leaves_it_to_be_read(string form, int cost)
    {
        var request = new DefaultHttpContext().Request;
        var body = System.Text.Encoding.UTF8.GetBytes(form);
        (request.Method, request.Path, request.ContentLength, request.Body) =
            ("POST", "/fhir/Observation/_search", body.Length, new MemoryStream(body));

        Assert.Equal(cost, await RequestCost.WithForm(request, TestContext.Current.CancellationToken));

        using var left = new StreamReader(request.Body);
        Assert.Equal(form, await left.ReadToEndAsync(TestContext.Current.CancellationToken));
        request.ContentLength = null;
        Assert.Equal(56, await RequestCost.WithForm(request, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("many")]
    [InlineData("-1")]
    [InlineData("99999999999")]
    public void A_limit_that_is_no_number_is_refused_by_its_name(string value)
    {
        var refused = Assert.Throws<FormatException>(
            () => EdgeLimits.Read(name => name == "VAGUS_RATE_PER_ADDRESS" ? value : null));

        Assert.Contains("VAGUS_RATE_PER_ADDRESS", refused.Message, StringComparison.Ordinal);
    }

    private static async Task<HttpResponseMessage> From(TestServer server, string address, string path, string? token = null)
    {
        using var asked = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Address, path));
        asked.Headers.Add("X-Forwarded-For", address);
        if (token is not null) asked.Headers.Authorization = new("Bearer", token);
        return await server.Http.SendAsync(asked);
    }
}
