using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Vagus.Access.Tenants;
using Vagus.Access.Visibility;
using Vagus.Identity.OAuth;
using Vagus.Identity.Tests.SecondFactors;
using Vagus.Identity.Tokens;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Tests.OAuth;

/// <summary>SMART App Launch: from the application's wish to its tokens, over the pages.</summary>
public abstract class AppLaunchTests(Engine engine)
{
    private const string Portal = "/api/patient-portal/auth/login";

    [Fact]
    public async Task A_patient_lets_an_application_read_the_own_record_and_takes_it_back()
    {
        await using var clinic = await Open();
        var app = await Launching.Register(clinic, "patient/*.rs launch/patient openid fhirUser offline_access");
        await clinic.AddUser("pat@example.org", Role.Patient, patient: "p1", id: "pat");

        var page = await app.SignIn(
            await app.Begin("launch/patient openid fhirUser offline_access patient/Observation.rs patient/Condition.rs", ("nonce", "n-1")),
            "pat@example.org", "patient");
        Assert.Contains("Read, search: observation records of this patient", page.Text, StringComparison.Ordinal);
        Assert.False(page.Boxes.Single(box => box.Scope == "offline_access").Ticked);
        var back = await app.Consent(page, offline: true, without: "patient/Condition.rs");
        Assert.Equal(("s-1234567890", "http://localhost:3000"), (back.Query("state"), back.Query("iss")));
        var tokens = await app.Redeem(back);

        Assert.Equal(200, tokens.Status);
        Assert.Equal("launch/patient openid fhirUser offline_access patient/Observation.rs", Text(tokens, "scope"));
        Assert.Equal("p1", Text(tokens, "patient"));
        var id = Payload(Text(tokens, "id_token"));
        Assert.Equal((app.App.ClientId, "n-1", "pat"), (Text(id, "aud"), Text(id, "nonce"), Text(id, "sub")));
        Assert.Equal($"{Launching.Fhir}/Patient/p1", Text(id, "fhirUser"));
        Assert.Equal("pat r", (await clinic.Get("/scoped", Text(tokens, "access_token"))).Text);
        Assert.Equal(401, (await clinic.Get("/scoped", Text(tokens, "id_token"))).Status);

        var session = (await clinic.Login("pat@example.org", path: Portal)).AccessToken;
        var listed = (await clinic.Get("/api/patient-portal/apps", session)).Json.GetProperty("items")[0];
        Assert.Equal(("Growth Chart", "p1"), (Text(listed, "name"), Text(listed, "patientId")));
        Assert.Equal(204, (await clinic.Send(HttpMethod.Delete, $"/api/patient-portal/apps/{app.App.ClientId}", bearer: session)).Status);
        Assert.Equal(401, (await clinic.Get("/scoped", Text(tokens, "access_token"))).Status);
        Assert.Equal((400, "invalid_grant"), Error(await app.Refresh(Text(tokens, "refresh_token"))));
        Assert.Equal(404, (await clinic.Send(HttpMethod.Delete, $"/api/patient-portal/apps/{app.App.ClientId}", bearer: session)).Status);
        Assert.Empty((await clinic.Get("/api/patient-portal/apps", session)).Json.GetProperty("items").EnumerateArray());
    }

    public static TheoryData<string, string?, string> WrongRequests => new()
    {
        { "state", null, "invalid_request" },
        { "response_type", "token", "unsupported_response_type" },
        { "code_challenge_method", "plain", "invalid_request" },
        { "code_challenge_method", null, "invalid_request" },
        { "code_challenge", null, "invalid_request" },
        { "code_challenge", "short", "invalid_request" },
        { "aud", null, "invalid_request" },
        { "aud", "https://other.example/fhir", "invalid_request" },
        { "scope", "patient/Observation.dus", "invalid_scope" },
        { "scope", "system/Observation.rs", "invalid_scope" },
        { "scope", "patient/Observation.rs?_text=x", "invalid_scope" },
        { "scope", "unknown", "invalid_scope" },
        { "launch", "made-up", "invalid_request" },
        { "prompt", "none", "login_required" },
        { "response_mode", "fragment", "invalid_request" },
    };

    [Fact]
    public async Task A_request_that_is_wrong_is_told_to_the_application()
    {
        await using var clinic = await Open();
        var app = await Launching.Register(clinic, "patient/Observation.rs");
        foreach (var row in WrongRequests)
        {
            var (name, value, error) = row.Data;

            var step = await app.Begin("patient/Observation.rs", (name, value));

            Assert.Equal((302, error), (step.Status, step.Query("error")));
            Assert.StartsWith($"{Launching.Redirect}?", step.Onwards, StringComparison.Ordinal);
            if (name != "state") Assert.Equal("s-1234567890", step.Query("state"));
        }
    }

    [Theory]
    [InlineData("redirect_uri", "https://app.example/back/")]
    [InlineData("redirect_uri", "https://app.example/back?x=1")]
    [InlineData("redirect_uri", "https://app.example/BACK")]
    [InlineData("redirect_uri", "https://attacker.example/back")]
    [InlineData("redirect_uri", null)]
    [InlineData("client_id", "unknown")]
    [InlineData("client_id", null)]
    public async Task An_address_or_application_that_is_not_registered_is_told_to_nobody(string name, string? value)
    {
        await using var clinic = await Open();
        var app = await Launching.Register(clinic, "patient/Observation.rs");

        var step = await app.Begin("patient/Observation.rs", (name, value));

        Assert.Equal((400, null), (step.Status, step.Onwards));
    }

    [Fact]
    public async Task A_code_is_good_once_for_its_application_address_and_verifier()
    {
        await using var clinic = await Open();
        var app = await Launching.Register(clinic, "user/Observation.rs");
        var other = await Launching.Register(clinic, "user/Observation.rs");
        await clinic.AddUser("ann@example.org", Role.Nurse, id: "ann");
        var back = await app.Through("user/Observation.rs", "ann@example.org", "staff");

        Assert.Equal((400, "invalid_grant"), Error(await other.Redeem(back)));
        Assert.Equal((400, "invalid_grant"), Error(await app.Redeem(back, ("code_verifier", new string('a', 43)))));
        Assert.Equal((400, "invalid_request"), Error(await app.Redeem(back, ("code_verifier", null))));
        Assert.Equal((400, "invalid_grant"), Error(await app.Redeem(back, ("redirect_uri", "https://app.example/other"))));
        var tokens = await app.Redeem(back);
        Assert.Equal(200, tokens.Status);
        Assert.False(tokens.Json.TryGetProperty("refresh_token", out _));

        Assert.Equal((400, "invalid_grant"), Error(await app.Redeem(back)));
        Assert.Equal(401, (await clinic.Get("/scoped", Text(tokens, "access_token"))).Status);
        var late = await app.Through("user/Observation.rs", "ann@example.org", "staff");
        clinic.Clock.Advance(GiveConsent.CodeLifetime);
        Assert.Equal((400, "invalid_grant"), Error(await app.Redeem(late)));
    }

    [Fact]
    public async Task Of_many_who_redeem_one_code_at_the_same_moment_none_keeps_more_than_one_session()
    {
        await using var clinic = await Open();
        var app = await Launching.Register(clinic, "user/Observation.rs");
        await clinic.AddUser("ann@example.org", Role.Nurse, id: "ann");
        var back = await app.Through("user/Observation.rs", "ann@example.org", "staff");

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => app.Redeem(back)));

        Assert.Single(answers, answer => answer.Status == 200);
    }

    [Fact]
    public async Task A_refresh_token_turns_and_one_that_is_shown_twice_ends_the_authorization()
    {
        await using var clinic = await Open();
        var app = await Launching.Register(clinic, "user/*.rs offline_access", "confidential-symmetric");
        var other = await Launching.Register(clinic, "user/*.rs offline_access", "confidential-symmetric");
        await clinic.AddUser("ann@example.org", Role.Nurse, id: "ann");
        var first = await app.Redeem(await app.Through("user/*.rs offline_access", "ann@example.org", "staff", offline: true));

        Assert.Equal((400, "invalid_grant"), Error(await other.Refresh(Text(first, "refresh_token"))));
        var nameless = await app.Refresh(Text(first, "refresh_token"), ("client_id", null), ("client_secret", null));
        Assert.Equal((401, "invalid_client"), Error(nameless));
        Assert.Equal(
            (401, "invalid_client"), Error(await app.Refresh(Text(first, "refresh_token"), ("client_secret", "wrong"))));
        var second = await app.Refresh(Text(first, "refresh_token"));
        Assert.Equal("ann r", (await clinic.Get("/scoped", Text(second, "access_token"))).Text);
        clinic.Clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal((400, "invalid_grant"), Error(await app.Refresh(Text(first, "refresh_token"))));
        Assert.Equal((400, "invalid_grant"), Error(await app.Refresh(Text(second, "refresh_token"))));
        Assert.Equal(401, (await clinic.Get("/scoped", Text(first, "access_token"))).Status);
        Assert.Equal(401, (await clinic.Get("/scoped", Text(second, "access_token"))).Status);
    }

    [Fact]
    public async Task Offline_access_lasts_three_months_from_its_last_use_and_takes_no_more_scopes()
    {
        await using var clinic = await Open();
        var app = await Launching.Register(clinic, "user/*.rs offline_access", "confidential-symmetric");
        await clinic.AddUser("ann@example.org", Role.Nurse, id: "ann");
        var tokens = await app.Redeem(await app.Through(
            "user/Observation.rs user/Condition.rs offline_access", "ann@example.org", "staff", offline: true));

        for (var month = 0; month < 3; month++)
        {
            clinic.Clock.Advance(TimeSpan.FromDays(80));
            await RefreshKeys(clinic);
            tokens = await app.Refresh(Text(tokens, "refresh_token"));
            Assert.Equal(200, tokens.Status);
            Assert.Equal("ann r", (await clinic.Get("/scoped", Text(tokens, "access_token"))).Text);
        }

        var fewer = await app.Refresh(Text(tokens, "refresh_token"), ("scope", "user/Condition.rs user/Patient.rs"));
        Assert.Equal("user/Condition.rs", Text(fewer, "scope"));
        Assert.Equal("ann ", (await clinic.Get("/scoped", Text(fewer, "access_token"))).Text);
        clinic.Clock.Advance(RedeemCode.OfflineLifetime + TimeSpan.FromSeconds(1));
        Assert.Equal((400, "invalid_grant"), Error(await app.Refresh(Text(fewer, "refresh_token"))));
    }

    [Fact]
    public async Task The_refresh_token_of_an_application_opens_none_of_our_own_doors_and_ours_none_of_an_application()
    {
        await using var clinic = await Open();
        var app = await Launching.Register(clinic, "user/*.rs online_access");
        await clinic.AddUser("ann@example.org", Role.Nurse, id: "ann");
        var tokens = await app.Redeem(await app.Through("user/*.rs online_access", "ann@example.org", "staff"));
        var own = await clinic.Login("ann@example.org");

        Assert.Equal(401, (await clinic.Refresh(Text(tokens, "refresh_token"))).Status);
        Assert.Equal((400, "invalid_grant"), Error(await app.Refresh(own.RefreshToken)));
        foreach (var path in new[] { "/api/auth/me", "/api/auth/sessions", "/caller", "/api/patient-portal/apps" })
            Assert.Equal(403, (await clinic.Get(path, Text(tokens, "access_token"))).Status);
        foreach (var path in new[] { "/api/auth/ticket", "/api/auth/step-up", "/api/auth/launch-context" })
            Assert.Equal(403, (await clinic.Send(HttpMethod.Post, path, new { }, Text(tokens, "access_token"))).Status);
        Assert.Equal(200, (await app.Refresh(Text(tokens, "refresh_token"))).Status);
        Assert.Equal(200, (await clinic.Refresh(own.RefreshToken)).Status);
    }

    [Fact]
    public async Task The_tokens_die_with_the_users_rights()
    {
        await using var clinic = await Open();
        var app = await Launching.Register(clinic, "user/*.rs offline_access");
        await clinic.AddUser("ann@example.org", Role.Nurse, id: "ann");
        var tokens = await app.Redeem(await app.Through("user/*.rs offline_access", "ann@example.org", "staff", offline: true));
        Assert.Equal(200, (await clinic.Get("/scoped", Text(tokens, "access_token"))).Status);

        await clinic.Get<Vagus.Identity.Administration.ChangeUser>().Disable(TestClinic.North, new UserId("ann"), default);

        Assert.Equal(401, (await clinic.Get("/scoped", Text(tokens, "access_token"))).Status);
        Assert.Equal((400, "invalid_grant"), Error(await app.Refresh(Text(tokens, "refresh_token"))));
    }

    [Fact]
    public async Task Staff_choose_a_patient_within_their_reach_by_name()
    {
        await using var clinic = await Open();
        var app = await Launching.Register(clinic, "patient/*.rs launch/patient");
        await clinic.AddUser("ann@example.org", Role.Nurse, id: "ann");
        clinic.Patients.Add(TestClinic.North, "p1");
        clinic.Patients.Add(TestClinic.North, "hidden", labelled: true);
        clinic.Patients.Add(TestClinic.South, "p2");
        var page = await app.SignIn(await app.Begin("launch/patient patient/Observation.rs"), "ann@example.org");

        foreach (var other in new[] { "hidden", "p2", "nobody", "../x" })
            Assert.Equal("patient_not_found", (await app.Submit(page, "/oauth/authorize/patient", ("patient", other))).Problem);
        Assert.Equal(400, (await app.Submit(page, "/oauth/authorize/consent", ("decision", "allow"))).Status);
        Assert.Equal("patient_not_found", (await app.Submit(page, "/oauth/authorize/patient", ("name", "Nob"))).Problem);
        var found = await app.Submit(page, "/oauth/authorize/patient", ("name", "Pat"));
        Assert.Contains("value=\"p1\"", found.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("value=\"p2\"", found.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("value=\"hidden\"", found.Text, StringComparison.Ordinal);
        var tokens = await app.Redeem(await app.Consent(await app.Submit(found, "/oauth/authorize/patient", ("patient", "p1"))));

        Assert.Equal("p1", Text(tokens, "patient"));
    }

    [Fact]
    public async Task A_patient_that_the_tenant_has_taken_from_the_role_is_not_found_not_chosen_and_not_named_at_consent()
    {
        await using var clinic = await Open();
        var app = await Launching.Register(clinic, "patient/*.rs launch/patient launch");
        await clinic.AddUser("ann@example.org", Role.Nurse, id: "ann");
        clinic.Patients.Add(TestClinic.North, "p1");
        var launch = (await Launch(clinic, await clinic.Login("ann@example.org"), app, "p1")).Json.GetProperty("launch").GetString();
        var page = await app.SignIn(await app.Begin("launch/patient patient/Observation.rs"), "ann@example.org");
        var launched = await app.Begin("launch patient/Observation.rs", ("launch", launch));

        await clinic.Get<TenantSettings>().Set(
            TestClinic.North, "policy", JsonElement.Parse("""{ "nurse": { "read": ["Patient"] } }"""), default);
        clinic.Get<TenantPolicies>().Forget(TestClinic.North);
        var consent = await app.SignIn(launched, "ann@example.org");

        Assert.Equal("patient_not_found", (await app.Submit(page, "/oauth/authorize/patient", ("name", "Pat"))).Problem);
        Assert.Equal("patient_not_found", (await app.Submit(page, "/oauth/authorize/patient", ("patient", "p1"))).Problem);
        Assert.Equal((404, "patient_not_found"), (consent.Status, consent.Problem));
        Assert.DoesNotContain("Pat Smith", consent.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caregiver_chooses_between_the_own_record_and_that_of_a_child_and_no_other()
    {
        await using var clinic = await Open();
        var app = await Launching.Register(clinic, "patient/*.rs launch/patient");
        await clinic.AddUser("pat@example.org", Role.Patient, patient: "p1", id: "pat");
        clinic.Patients.Add(TestClinic.North, "p1");
        clinic.Patients.Add(TestClinic.North, "child", "2020-01-01");
        clinic.Patients.Add(TestClinic.North, "stranger");
        await clinic.Get<Vagus.Identity.Administration.ChangeUser>()
            .GrantProxy(TestClinic.North, new UserId("pat"), new PatientId("child"), default);
        var page = await app.SignIn(await app.Begin("launch/patient patient/Observation.rs"), "pat@example.org", "patient");

        Assert.Equal("patient_not_found", (await app.Submit(page, "/oauth/authorize/patient", ("patient", "stranger"))).Problem);
        Assert.Equal("patient_not_found", (await app.Submit(page, "/oauth/authorize/patient", ("name", "Pat"))).Problem);
        var tokens = await app.Redeem(await app.Consent(await app.Submit(page, "/oauth/authorize/patient", ("patient", "child"))));

        Assert.Equal("child", Text(tokens, "patient"));
        Assert.Equal(200, (await clinic.Get("/scoped", Text(tokens, "access_token"))).Status);
    }

    [Fact]
    public async Task The_pages_are_bound_to_the_browser_and_the_state_to_the_server()
    {
        await using var clinic = await Open();
        var app = await Launching.Register(clinic, "user/*.rs");
        await clinic.AddUser("ann@example.org", Role.Nurse, id: "ann");
        var consent = await app.SignIn(await app.Begin("user/Observation.rs"), "ann@example.org");
        Assert.NotEmpty(consent.Boxes);

        var more = await app.Submit(
            consent, "/oauth/authorize/consent", ("decision", "allow"), ("scope:user/*.rs", "1"), ("scope:user/Observation.rs", "1"));
        Assert.Equal("user/Observation.rs", Text(await app.Redeem(more), "scope"));
        var changed = consent with { Sealed = consent.Sealed![..^2] + "AA" };
        Assert.Equal("authorization_over", (await app.Submit(changed, "/oauth/authorize/consent", ("decision", "allow"))).Problem);
        Assert.Equal("access_denied", (await app.Submit(consent, "/oauth/authorize/consent", ("decision", "deny"))).Query("error"));
        app.ForgetCookies();
        Assert.Equal("authorization_over", (await app.Consent(consent)).Problem);
        Assert.Equal("authorization_over", (await app.SignIn(consent, "ann@example.org")).Problem);
    }

    [Fact]
    public async Task A_wrong_password_another_door_and_another_tenant_do_not_come_in()
    {
        await using var clinic = await Open();
        var app = await Launching.Register(clinic, "user/*.rs");
        await clinic.AddUser("ann@example.org", Role.Nurse);
        await clinic.AddUser("sue@example.org", Role.Nurse, TestClinic.South);
        var page = await app.Begin("user/*.rs");

        Assert.Equal("invalid_credentials", (await app.SignIn(page, "ann@example.org", password: "wrong horse battery")).Problem);
        Assert.Equal("invalid_credentials", (await app.SignIn(page, "ann@example.org", "patient")).Problem);
        Assert.Equal("invalid_credentials", (await app.SignIn(page, "sue@example.org")).Problem);
        Assert.Equal(400, (await app.Consent(page)).Status);
    }

    [Fact]
    public async Task The_application_is_launched_from_a_session_about_a_patient_and_ends_with_it()
    {
        await using var clinic = await Open();
        var app = await Launching.Register(
            clinic, "launch patient/*.rs online_access", launchUrl: "https://app.example/launch");
        await clinic.AddUser("ann@example.org", Role.Nurse, id: "ann");
        await clinic.AddUser("bob@example.org", Role.Nurse, id: "bob");
        clinic.Patients.Add(TestClinic.North, "p1");
        clinic.Patients.Add(TestClinic.South, "p2");
        var ann = await clinic.Login("ann@example.org");
        Assert.Equal(404, (await Launch(clinic, ann, app, "p2")).Status);
        Assert.Equal(404, (await Launch(clinic, ann, app, "nobody")).Status);

        var launched = await Launch(clinic, ann, app, "p1");
        var handle = Text(launched.Json, "launch");
        Assert.Equal(
            $"https://app.example/launch?iss=http%3A%2F%2Flocalhost%3A3000%2Ffhir&launch={handle}", Text(launched.Json, "url"));
        var page = await app.Begin("launch patient/Observation.rs online_access", ("launch", handle));
        Assert.Equal("another_user", (await app.SignIn(page, "bob@example.org")).Problem);
        var consent = await app.SignIn(page, "ann@example.org");
        var tokens = await app.Redeem(await app.Consent(consent));

        Assert.Equal(("p1", "e1"), (Text(tokens, "patient"), Text(tokens, "encounter")));
        Assert.Equal("invalid_request", (await app.Consent(consent)).Query("error"));
        Assert.Equal("invalid_request", (await app.Begin("launch patient/Observation.rs", ("launch", handle))).Query("error"));
        Assert.Equal(200, (await clinic.Get("/scoped", Text(tokens, "access_token"))).Status);
        await clinic.Send(HttpMethod.Post, "/api/auth/logout", bearer: ann.AccessToken);
        await clinic.Get<Vagus.Identity.Sessions.SessionWatch>().Look(default);
        Assert.Equal(401, (await clinic.Get("/scoped", Text(tokens, "access_token"))).Status);
        Assert.Equal((400, "invalid_grant"), Error(await app.Refresh(Text(tokens, "refresh_token"))));
    }

    [Fact]
    public async Task A_second_factor_is_asked_for_on_the_pages_too()
    {
        await using var clinic = await Open();
        var app = await Launching.Register(clinic, "user/*.rs");
        await clinic.AddUser("ann@example.org", Role.Nurse, id: "ann");
        var phone = await clinic.EnrolApp((await clinic.Login("ann@example.org")).AccessToken);
        clinic.Clock.Advance(TimeSpan.FromSeconds(60));

        var page = await app.SignIn(await app.Begin("user/*.rs"), "ann@example.org");
        Assert.Empty(page.Boxes);
        Assert.Equal(400, (await app.Consent(page)).Status);
        Assert.Equal("invalid_factor", (await app.Submit(page, "/oauth/authorize/factor", ("code", "000000"))).Problem);
        var consent = await app.Submit(page, "/oauth/authorize/factor", ("code", phone.CodeAt(clinic.Clock.GetUtcNow())));

        Assert.Equal(200, (await app.Redeem(await app.Consent(consent))).Status);
    }

    private static Task<Answer> Launch(TestClinic clinic, Answer by, Launching app, string patient) => clinic.Send(
        HttpMethod.Post, "/api/auth/launch-context", new { clientId = app.App.ClientId, patient, encounter = "e1" }, by.AccessToken);

    // Keys turn with the clock, which the test moves by months.
    private static Task RefreshKeys(TestClinic clinic) => clinic.Get<Vagus.Identity.Keys.SigningKeys>().Refresh(default);

    private Task<TestClinic> Open() => TestClinic.Open(engine, map: BackendServicesTests.MapScoped);

    private static (int Status, string? Error) Error(Answer answer) => (answer.Status, answer.Json.GetProperty("error").GetString());

    private static string Text(Answer answer, string name) => Text(answer.Json, name);

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static JsonElement Payload(string token) =>
        JsonElement.Parse(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token.Split('.')[1])));
}

public sealed class AppLaunchOnSqlite() : AppLaunchTests(Engine.Sqlite);

public sealed class AppLaunchOnPostgres() : AppLaunchTests(Engine.Postgres);
