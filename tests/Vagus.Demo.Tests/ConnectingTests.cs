using System.Net;
using Vagus.Demo.Connecting;

namespace Vagus.Demo.Tests;

public sealed class ConnectingTests : IDisposable
{
    private static readonly Ask Question = new(HttpMethod.Get, "fhir/Patient/1");

    private readonly PretendServer server = new();
    private readonly HastyClock clock = new();

    public void Dispose() => server.Dispose();

    [Fact]
    public async Task A_refused_token_is_renewed_and_the_request_repeated()
    {
        using var crew = Crew();
        await crew.Trusted.Send(Question, default);
        server.Trouble = request =>
            request.Headers.Authorization?.Parameter == "service@harbor.example#1"
            ? PretendServer.Status(HttpStatusCode.Unauthorized) : null;

        var answer = await crew.Trusted.Send(Question, default);

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.Equal("GET fhir/Patient/1 renewed#2", server.Seen[^1]);
    }

    [Fact]
    public async Task A_token_is_renewed_before_it_runs_out()
    {
        using var crew = Crew();
        await crew.Trusted.Send(Question, default);

        clock.Advance(TimeSpan.FromSeconds(270));
        await crew.Trusted.Send(Question, default);

        Assert.Contains("POST api/auth/refresh", server.Seen);
    }

    [Fact]
    public async Task A_refresh_that_is_refused_becomes_a_new_sign_in()
    {
        using var crew = Crew();
        await crew.Trusted.Send(Question, default);
        server.Trouble = request =>
            PretendServer.Path(request) == "api/auth/refresh" ? PretendServer.Status(HttpStatusCode.Unauthorized) : null;

        clock.Advance(TimeSpan.FromMinutes(10));
        await crew.Trusted.Send(Question, default);

        Assert.Equal(2, server.Seen.Count(seen => seen == "POST api/auth/login"));
    }

    [Fact]
    public async Task A_server_that_restarts_is_asked_again()
    {
        var outages = 3;
        server.Trouble = _ => outages-- > 0 ? throw new HttpRequestException("refused") : null;

        var answer = await server.Connect(clock).Send(Question, token: null, default);

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.Equal(4, server.Seen.Count);
    }

    [Fact]
    public async Task A_server_that_stays_away_is_given_up_on_in_time()
    {
        server.Trouble = _ => throw new HttpRequestException("refused");

        await Assert.ThrowsAsync<HttpRequestException>(() => server.Connect(clock).Send(Question, token: null, default));

        Assert.InRange(clock.Passed, TimeSpan.FromMinutes(1), Server.Patience);
        Assert.InRange(server.Seen.Count, 10, 40);
    }

    [Fact]
    public async Task What_must_not_arrive_twice_is_not_sent_twice()
    {
        server.Trouble = _ => throw new HttpRequestException("broken");
        var ask = new Ask(HttpMethod.Post, "fhir", "{}") { Repeatable = false };

        await Assert.ThrowsAsync<HttpRequestException>(() => server.Connect(clock).Send(ask, token: null, default));

        Assert.Single(server.Seen);
    }

    [Fact]
    public async Task What_a_role_may_not_write_the_service_user_writes_and_the_role_is_not_asked_again()
    {
        using var crew = Crew();
        server.Trouble = request => request.Headers.Authorization?.Parameter?.StartsWith("nurse", StringComparison.Ordinal) == true
            ? PretendServer.Status(HttpStatusCode.Forbidden)
            : null;
        var ask = new Ask(HttpMethod.Put, "fhir/Patient/1", """{"resourceType":"Patient","id":"1"}""");

        await crew.Send(new Actor("nurse"), "write Patient", ask, default);
        await crew.Send(new Actor("nurse"), "write Patient", ask, default);

        Assert.Single(server.Seen, seen => seen.Contains("nurse", StringComparison.Ordinal));
        Assert.Equal(2, server.Writes);
    }

    [Fact]
    public async Task Somebody_who_may_not_sign_in_ends_the_run_with_the_servers_reason()
    {
        using var crew = Crew();
        server.Trouble = _ => PretendServer.Status(HttpStatusCode.BadRequest);

        var refusal = await Assert.ThrowsAsync<SignInRefusedException>(() => crew.Trusted.Send(Question, default));

        Assert.Contains("400", refusal.Message);
        Assert.DoesNotContain("secret", refusal.Message);
    }

    [Fact]
    public void A_sign_ins_file_without_tenants_is_refused()
    {
        Assert.Throws<InvalidDataException>(() => SignInFile.Parse("""{ "tenants": [] }"""));
        Assert.Throws<InvalidDataException>(() => SignInFile.Parse("""{ "tenants": [ { "tenant": "a", "users": [] } ] }"""));
    }

    private Crew Crew() => new(server.Connect(clock), Samples.Tenant());
}
