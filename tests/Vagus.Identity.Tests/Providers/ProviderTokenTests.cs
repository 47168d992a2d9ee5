using Vagus.Access.AuditReading;
using Vagus.Access.Sessions;
using Vagus.Identity.Providers;
using Vagus.Identity.SigningIn;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Tests.Providers;

public abstract class ProviderTokenTests(Engine engine)
{
    private const string Subject = "subject-1";

    [Fact]
    public async Task A_token_of_a_provider_is_its_linked_user_in_the_configured_tenant()
    {
        await using var provider = await TestProvider.Start();
        await using var clinic = await Open(provider);
        var ann = await Link(clinic, provider, "ann@example.org", Subject);

        var token = provider.Token(Now(clinic), Subject, ("tenant", "\"south\""), ("role", "\"admin\""));
        var admission = await clinic.Sessions.AuthenticateToken(token, default);
        var listed = await clinic.Get("/api/auth/sessions", token);

        var caller = admission.Value.Caller;
        Assert.Equal((TestClinic.North, ann, Role.Provider), (caller.Tenant, caller.User, caller.Role));
        Assert.Equal("openid", listed.Json.GetProperty("items")[0].GetProperty("client").GetString());
        Assert.Equal(1, provider.Asked);
    }

    [Fact]
    public async Task Nobody_is_let_in_unlinked_by_address_or_by_a_link_of_another_tenant()
    {
        await using var provider = await TestProvider.Start();
        await using var clinic = await Open(provider);
        await clinic.AddUser("ann@example.org");
        var sue = await clinic.AddUser("sue@example.org", tenant: TestClinic.South);

        var unlinked = provider.Token(Now(clinic), Subject, ("email", "\"ann@example.org\""), ("email_verified", "true"));
        var foreign = await clinic.Get<LinkUser>().Link(TestClinic.South, sue, provider.Issuer, Subject, default);
        var wrongTenant = await clinic.Get<LinkUser>().Link(TestClinic.North, sue, provider.Issuer, Subject, default);

        Assert.Equal(401, (await clinic.Get("/caller", unlinked)).Status);
        Assert.Equal("provider_not_found", foreign.Refusal!.Code);
        Assert.Equal("user_not_found", wrongTenant.Refusal!.Code);
    }

    [Fact]
    public async Task A_subject_is_one_user_and_no_other_subject_is_that_user()
    {
        await using var provider = await TestProvider.Start();
        await using var clinic = await Open(provider);
        var ann = await Link(clinic, provider, "ann@example.org", Subject);
        var bob = await clinic.AddUser("bob@example.org");

        var taken = await clinic.Get<LinkUser>().Link(TestClinic.North, bob, provider.Issuer, Subject, default);

        Assert.Equal("subject_linked", taken.Refusal!.Code);
        Assert.Equal(ann.Value, (await clinic.Get("/caller", provider.Token(Now(clinic), Subject))).Text);
        Assert.Equal(401, (await clinic.Get("/caller", provider.Token(Now(clinic), "subject-2"))).Status);
    }

    [Fact]
    public async Task Links_and_the_sign_ins_by_them_are_in_the_log_without_the_subject()
    {
        await using var provider = await TestProvider.Start();
        await using var clinic = await Open(provider);
        var ann = await Link(clinic, provider, "ann@example.org", Subject);
        await clinic.Get("/caller", provider.Token(Now(clinic), Subject));
        await clinic.Get<LinkUser>().Unlink(TestClinic.North, ann, provider.Issuer, Subject, default);

        var page = await clinic.Get<AuditReader>().Search(TestClinic.North, new AuditFilter(), before: null, count: 100, default);
        var log = page.Entries.Select(recorded => recorded.Entry).Reverse().Skip(1).ToList();
        Assert.Equal(["user-link", "sign-in", "user-link", "session-end"], log.Select(entry => entry.Action));
        Assert.StartsWith($"linked={provider.Issuer},identifier=", log[0].Detail, StringComparison.Ordinal);
        Assert.Equal((ann, $"issuer={provider.Issuer}"), (log[1].User!.Value, log[1].Detail));
        Assert.StartsWith($"unlinked={provider.Issuer},identifier=", log[2].Detail, StringComparison.Ordinal);
        Assert.All(log, entry => Assert.DoesNotContain(Subject, $"{entry}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_session_that_ended_here_does_not_begin_again_with_the_same_sign_in()
    {
        await using var provider = await TestProvider.Start();
        await using var clinic = await Open(provider);
        await Link(clinic, provider, "ann@example.org", Subject);
        var token = provider.Token(Now(clinic), Subject);
        Assert.Equal(200, (await clinic.Get("/caller", token)).Status);

        Assert.Equal(204, (await clinic.Send(HttpMethod.Post, "/api/auth/logout", bearer: token)).Status);
        var signedIn = Now(clinic);
        clinic.Clock.Advance(TimeSpan.FromMinutes(1));
        var renewed = provider.Token(Now(clinic), Subject, ("auth_time", $"{signedIn.ToUnixTimeSeconds()}"));

        Assert.Equal(401, (await clinic.Get("/caller", token)).Status);
        Assert.Equal(401, (await clinic.Get("/caller", renewed)).Status);
        Assert.Equal(200, (await clinic.Get("/caller", provider.Token(Now(clinic), Subject))).Status);
    }

    [Fact]
    public async Task Its_sessions_time_out_and_an_unlinked_subject_is_out_at_once()
    {
        await using var provider = await TestProvider.Start();
        await using var clinic = await Open(provider);
        var ann = await Link(clinic, provider, "ann@example.org", Subject);
        var idle = provider.Token(Now(clinic), Subject);
        Assert.Equal(200, (await clinic.Get("/caller", idle)).Status);
        clinic.Clock.Advance(TimeSpan.FromMinutes(16));
        Assert.Equal(401, (await clinic.Get("/caller", idle)).Status);

        var next = provider.Token(Now(clinic), Subject);
        Assert.Equal(200, (await clinic.Get("/caller", next)).Status);
        Assert.False((await clinic.Get<LinkUser>().Unlink(TestClinic.North, ann, provider.Issuer, Subject, default)).IsRefused);

        Assert.Equal(401, (await clinic.Get("/caller", next)).Status);
        Assert.Equal(401, (await clinic.Get("/caller", provider.Token(Now(clinic), Subject, ("sid", "\"s2\"")))).Status);
    }

    [Fact]
    public async Task New_keys_are_found_and_asked_for_at_most_once_a_minute()
    {
        await using var provider = await TestProvider.Start();
        await using var clinic = await Open(provider);
        await Link(clinic, provider, "ann@example.org", Subject);
        Assert.Equal(200, (await clinic.Get("/caller", provider.Token(Now(clinic), Subject))).Status);
        var old = provider.Token(Now(clinic), Subject);
        provider.Rotate("second");

        for (var attempt = 0; attempt < 3; attempt++)
            Assert.Equal(401, (await clinic.Get("/caller", provider.Token(Now(clinic), Subject))).Status);
        Assert.Equal(1, provider.Asked);
        clinic.Clock.Advance(ProviderKeys.AskAtMostEvery);

        Assert.Equal(200, (await clinic.Get("/caller", provider.Token(Now(clinic), Subject))).Status);
        Assert.Equal(2, provider.Asked);
        Assert.Equal(401, (await clinic.Get("/caller", old)).Status);
    }

    [Fact]
    public async Task A_caller_that_hangs_up_while_keys_are_fetched_leaves_them_to_the_others()
    {
        await using var provider = await TestProvider.Start();
        await using var clinic = await Open(provider);
        await Link(clinic, provider, "ann@example.org", Subject);
        using var gone = new CancellationTokenSource();
        provider.WhileAsked = gone.Cancel;

        await Record.ExceptionAsync(
            () => clinic.Sessions.AuthenticateToken(provider.Token(Now(clinic), Subject), gone.Token).AsTask());

        Assert.True(gone.IsCancellationRequested);
        Assert.Equal(200, (await clinic.Get("/caller", provider.Token(Now(clinic), Subject))).Status);
        Assert.Equal(1, provider.Asked);
    }

    [Fact]
    public async Task While_the_provider_is_down_its_keys_are_believed_for_a_day()
    {
        await using var provider = await TestProvider.Start();
        await using var clinic = await Open(provider);
        await Link(clinic, provider, "ann@example.org", Subject);
        Assert.Equal(200, (await clinic.Get("/caller", provider.Token(Now(clinic), Subject))).Status);
        provider.IsDown = true;

        clinic.Clock.Advance(TimeSpan.FromHours(20));
        var inTime = await clinic.Get("/caller", provider.Token(Now(clinic), Subject));
        clinic.Clock.Advance(TimeSpan.FromHours(5));
        var late = await clinic.Get("/caller", provider.Token(Now(clinic), Subject));

        Assert.Equal((200, 401), (inTime.Status, late.Status));
    }

    [Fact]
    public async Task A_configuration_of_another_issuer_gives_no_keys()
    {
        await using var provider = await TestProvider.Start();
        await using var clinic = await Open(provider);
        await Link(clinic, provider, "ann@example.org", Subject);
        provider.NamedIssuer = "https://evil.example";

        Assert.Equal(401, (await clinic.Get("/caller", provider.Token(Now(clinic), Subject))).Status);
        Assert.Equal(0, provider.Asked);
    }

    [Theory]
    [InlineData("aud", "\"a-client\"")]
    [InlineData("aud", null)]
    [InlineData("sub", null)]
    [InlineData("sub", "\"\"")]
    [InlineData("iat", null)]
    [InlineData("exp", null)]
    [InlineData("exp", "1")]
    [InlineData("exp", "1e10")]
    [InlineData("iss", "\"https://evil.example\"")]
    [InlineData("iss", "\"http://localhost:3000\"")]
    [InlineData("nbf", "9999999999")]
    public async Task A_token_that_is_wrong_in_one_claim_is_refused(string name, string? json)
    {
        await using var provider = await TestProvider.Start();
        await using var clinic = await Open(provider);
        await Link(clinic, provider, "ann@example.org", Subject);

        Assert.Equal(401, (await clinic.Get("/caller", provider.Token(Now(clinic), Subject, (name, json)))).Status);
        Assert.Equal(200, (await clinic.Get("/caller", provider.Token(Now(clinic), Subject))).Status);
    }

    [Theory]
    [InlineData("""{"alg":"none","typ":"JWT","kid":"first"}""")]
    [InlineData("""{"alg":"HS256","typ":"JWT","kid":"first"}""")]
    [InlineData("""{"alg":"PS256","typ":"JWT","kid":"first"}""")]
    [InlineData("""{"alg":"RS256","typ":"at+jwt","kid":"first"}""")]
    [InlineData("""{"alg":"RS256","typ":"logout+jwt","kid":"first"}""")]
    [InlineData("""{"alg":"RS256","kid":"first"}""")]
    [InlineData("""{"alg":"RS256","typ":"JWT"}""")]
    [InlineData("""{"alg":"RS256","typ":"JWT","kid":"../first"}""")]
    [InlineData("""{"alg":"RS256","typ":"JWT","kid":"first","jku":"https://evil.example/keys"}""")]
    [InlineData("""{"alg":"RS256","typ":"JWT","kid":"first","crit":["exp"]}""")]
    public async Task A_header_that_asks_for_other_rules_is_refused(string header)
    {
        await using var provider = await TestProvider.Start();
        await using var clinic = await Open(provider);
        await Link(clinic, provider, "ann@example.org", Subject);

        Assert.Equal(401, (await clinic.Get("/caller", provider.Token(Now(clinic), Subject, header))).Status);
    }

    [Fact]
    public async Task A_session_of_a_provider_counts_and_the_oldest_gives_way_to_it()
    {
        await using var provider = await TestProvider.Start();
        await using var clinic = await Open(provider, sessionsPerUser: 2);
        await Link(clinic, provider, "ann@example.org", Subject);
        var ends = new List<SessionEnd>();
        clinic.Sessions.Ended += ends.Add;
        var oldest = (await clinic.Login("ann@example.org")).AccessToken;
        var tokens = new List<string>();
        for (var n = 0; n < 3; n++)
        {
            clinic.Clock.Advance(TimeSpan.FromSeconds(1));
            tokens.Add(provider.Token(Now(clinic), Subject, ("sid", $"\"s{n}\"")));
            Assert.Equal(200, (await clinic.Get("/caller", tokens[n])).Status);
        }

        // A token that is shown again opens nothing and displaces nothing.
        var statuses = new List<int>();
        foreach (var token in tokens.Prepend(oldest)) statuses.Add((await clinic.Get("/caller", token)).Status);

        Assert.Equal([401, 401, 200, 200], statuses);
        Assert.Equal([EndReason.Displaced, EndReason.Displaced], ends.Select(end => end.Reason));
    }

    [Theory]
    [InlineData("https://127.0.0.1/realm", true)]
    [InlineData("https://localhost/realm", true)]
    [InlineData("https://[::1]/realm", true)]
    [InlineData("https://10.1.2.3/realm", true)]
    [InlineData("https://192.168.0.9", true)]
    [InlineData("https://[fd00::1]", true)]
    [InlineData("https://169.254.169.254/latest", false)]
    [InlineData("https://[::ffff:169.254.169.254]/", false)]
    public void An_issuer_in_the_own_network_is_refused_unless_the_operator_says_so(string issuer, bool mayBeSaid)
    {
        var provider = new OpenIdProvider { Issuer = issuer, Audience = "vagus", Tenant = "north" };

        Assert.Contains("own network", provider.Fault(), StringComparison.Ordinal);
        Assert.Equal(mayBeSaid, (provider with { PrivateNetwork = true }).Fault() is null);
        Assert.Null((provider with { Issuer = "https://id.example.org/realm" }).Fault());
    }

    private Task<TestClinic> Open(TestProvider provider, int sessionsPerUser = 20) => TestClinic.Open(
        engine, new IdentityOptions { PasswordIterations = 10, Providers = [provider.Options()], SessionsPerUser = sessionsPerUser });

    private static async Task<UserId> Link(TestClinic clinic, TestProvider provider, string email, string subject)
    {
        var user = await clinic.AddUser(email);
        return (await clinic.Get<LinkUser>().Link(TestClinic.North, user, provider.Issuer, subject, default)).Value;
    }

    private static DateTimeOffset Now(TestClinic clinic) => clinic.Clock.GetUtcNow();
}

public sealed class ProviderTokensOnSqlite() : ProviderTokenTests(Engine.Sqlite);

public sealed class ProviderTokensOnPostgres() : ProviderTokenTests(Engine.Postgres);
