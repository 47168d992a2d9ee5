using System.Text;
using Vagus.Access.Audit;
using Vagus.Identity.Administration;
using Vagus.Identity.Doors;
using Vagus.Identity.Passwords;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Tests.SigningIn;

public abstract class SignInTests(Engine engine)
{
    private const string PatientLogin = "/api/patient-portal/auth/login";

    [Fact]
    public async Task The_right_password_opens_a_session_that_shows_who_one_is()
    {
        await using var clinic = await TestClinic.Open(engine);
        var id = await clinic.AddUser("Ann@Example.org", Role.Nurse);

        var login = await clinic.Login(" ann@example.org ");

        Assert.Equal(200, login.Status);
        Assert.Equal(600, login.Json.GetProperty("expiresIn").GetInt32());
        Assert.Equal(43, login.RefreshToken.Length);
        var user = login.Json.GetProperty("user");
        Assert.Equal(
            (id.Value, "nurse", "provider", "north"),
            (Text(user, "id"), Text(user, "role"), Text(user, "portalType"), Text(user, "tenant")));
        var me = await clinic.Get("/api/auth/me", login.AccessToken);
        Assert.Equal((id.Value, "North clinic"), (Text(me.Json.GetProperty("user"), "id"), Text(me.Json, "tenantName")));
        Assert.Equal(id.Value, (await clinic.Get("/caller", login.AccessToken)).Text);
    }

    [Fact]
    public async Task Every_wrong_sign_in_gets_the_same_answer()
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser("ann@example.org");
        await clinic.AddUser("pat@example.org", Role.Patient, patient: "p1");
        var gone = await clinic.AddUser("gone@example.org");
        await clinic.Get<ChangeUser>().Disable(TestClinic.North, gone, default);

        Answer[] answers =
        [
            await clinic.Login("ann@example.org", "not the right password"),
            await clinic.Login("nobody@example.org"),
            await clinic.Login("gone@example.org"),
            await clinic.Login("pat@example.org"),
            await clinic.Login("ann@example.org", tenant: "south"),
            await clinic.Login("ann@example.org", tenant: "nowhere"),
            await clinic.Login("ann@example.org", tenant: "\0"),
            await clinic.Login("ann@example.org", path: PatientLogin),
            await clinic.Login("nobody@example.org", path: PatientLogin),
        ];

        Assert.All(
            answers, answer =>
            Assert.Equal((401, "application/problem+json", "invalid_credentials"), (answer.Status, answer.MediaType, answer.Code)));
        Assert.Single(answers.Select(answer => answer.Text).Distinct());
    }

    [Fact]
    public async Task Patients_sign_in_at_their_own_door_with_their_patient_in_the_token()
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser("pat@example.org", Role.Patient, patient: "p1");

        var login = await clinic.Login("pat@example.org", path: PatientLogin);
        var admission = await clinic.Sessions.AuthenticateToken(login.AccessToken, default);

        Assert.Equal([new PatientId("p1")], admission.Value.Caller.OwnPatients);
        Assert.Equal("patient", admission.Value.Caller.PortalType);
        Assert.Equal(200, (await clinic.Get("/api/patient-portal/auth/me", login.AccessToken)).Status);
    }

    [Fact]
    public async Task A_proxy_lets_a_patient_act_for_a_dependant_from_the_next_sign_in_until_it_is_revoked()
    {
        await using var clinic = await TestClinic.Open(engine);
        var pat = await clinic.AddUser("pat@example.org", Role.Patient, patient: "p1");
        var nurse = await clinic.AddUser("ann@example.org", Role.Nurse);
        var change = clinic.Get<ChangeUser>();
        clinic.Patients.Add(TestClinic.North, "child", "2020-05-05");
        var before = await clinic.Login("pat@example.org", path: PatientLogin);

        Assert.False((await change.GrantProxy(TestClinic.North, pat, new PatientId("child"), default)).IsRefused);
        Assert.Equal(401, (await clinic.Get("/caller", before.AccessToken)).Status);
        Assert.Equal([new PatientId("p1"), new PatientId("child")], await OwnPatients(clinic));
        Assert.True((await change.GrantProxy(TestClinic.North, nurse, new PatientId("child"), default)).IsRefused);
        Assert.True((await change.GrantProxy(TestClinic.South, pat, new PatientId("other"), default)).IsRefused);
        Assert.True((await change.GrantProxy(TestClinic.North, pat, new PatientId("a/b"), default)).IsRefused);
        Assert.True((await change.RevokeProxy(TestClinic.South, pat, new PatientId("child"), default)).IsRefused);

        await change.RevokeProxy(TestClinic.North, pat, new PatientId("child"), default);
        Assert.Equal([new PatientId("p1")], await OwnPatients(clinic));
    }

    [Fact]
    public async Task A_patient_is_no_proxy_for_itself_and_stays_signed_in()
    {
        await using var clinic = await TestClinic.Open(engine);
        var pat = await clinic.AddUser("pat@example.org", Role.Patient, patient: "p1");
        var login = await clinic.Login("pat@example.org", path: PatientLogin);

        var granted = await clinic.Get<ChangeUser>().GrantProxy(TestClinic.North, pat, new PatientId("p1"), default);

        Assert.Equal("own_patient", granted.Refusal?.Code);
        Assert.Equal(200, (await clinic.Get("/caller", login.AccessToken)).Status);
        Assert.Equal([new PatientId("p1")], await OwnPatients(clinic));
    }

    [Fact]
    public async Task One_person_may_be_staff_and_patient_with_one_address()
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser("ann@example.org", Role.Nurse);
        await clinic.AddUser("ann@example.org", Role.Patient, patient: "p1", password: "another password of Ann");

        Assert.Equal(200, (await clinic.Login("ann@example.org")).Status);
        Assert.Equal(401, (await clinic.Login("ann@example.org", path: PatientLogin)).Status);
        Assert.Equal(200, (await clinic.Login("ann@example.org", "another password of Ann", path: PatientLogin)).Status);
    }

    [Fact]
    public async Task Who_is_known_to_two_tenants_names_one_but_learns_so_only_with_the_password_of_the_first()
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser("ann@example.org");
        var south = await clinic.AddUser("ann@example.org", tenant: TestClinic.South, password: "another password of Ann");

        Assert.Equal("invalid_credentials", (await clinic.Login("ann@example.org", "not the right password")).Code);
        Assert.Equal("tenant_required", (await clinic.Login("ann@example.org")).Code);
        // One hash is computed: a comparison with the second one's would take as long again.
        Assert.Equal("invalid_credentials", (await clinic.Login("ann@example.org", "another password of Ann")).Code);
        Assert.Equal("invalid_credentials", (await clinic.Login("ann@example.org", tenant: "south")).Code);
        var login = await clinic.Login("ann@example.org", "another password of Ann", tenant: "south");
        Assert.Equal(south.Value, (await clinic.Get("/caller", login.AccessToken)).Text);
    }

    [Fact]
    public async Task Who_was_invited_elsewhere_and_never_came_signs_in_as_before()
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser("ann@example.org", tenant: TestClinic.South);
        var invited = await clinic.Get<InviteUser>().Invite(
            AuditActor.Operator, new NewUser(TestClinic.North, "ann@example.org", "Ann", Role.Nurse), byMail: false, default);
        Assert.False(invited.IsRefused);

        // The right password of the one account is known to be right: the clinic has to be named, and nothing counts as guessed.
        Assert.Equal("tenant_required", (await clinic.Login("ann@example.org")).Code);
        Assert.Equal(200, (await clinic.Login("ann@example.org", tenant: "south")).Status);
    }

    [Theory]
    [InlineData("{}", 400)]
    [InlineData("[]", 400)]
    [InlineData("{\"email\":\"a@b\"}", 400)]
    [InlineData("{\"email\":\"a@b\",\"password\":7}", 400)]
    [InlineData("{\"email\":\"a@b\",\"email\":\"c@d\",\"password\":\"x\"}", 400)]
    [InlineData("not json", 400)]
    [InlineData("{\"email\":\"a\\u0000@b\",\"password\":\"x\"}", 400)]
    [InlineData("{\"email\":\"a\\ud800@b\",\"password\":\"x\"}", 400)]
    public async Task A_body_that_is_no_sign_in_is_refused(string body, int status)
    {
        await using var clinic = await TestClinic.Open(engine);

        var answer = await Post(clinic, body);

        Assert.Equal((status, "invalid_request"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task Large_bodies_and_passwords_are_refused_unhashed()
    {
        await using var clinic = await TestClinic.Open(engine);

        Assert.Equal(413, (await Post(clinic, $$"""{"email":"a@b","password":"{{new string('x', 4096)}}"}""")).Status);
        Assert.Equal(413, (await Post(clinic, $$"""{"email":"a@b","password":"{{new string('x', 4096)}}"}""", chunked: true)).Status);
        Assert.Equal(400, (await clinic.Login("a@b", new string('x', 257))).Status);
        Assert.Equal(400, (await clinic.Login(new string('a', 255))).Status);
        Assert.Equal(
            400,
            (await clinic.Send(HttpMethod.Post, "/api/auth/login", change: request => request.Content = new StringContent("{}"))).Status);
    }

    [Fact]
    public async Task A_hash_of_fewer_rounds_is_replaced_at_the_next_sign_in()
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser("ann@example.org");
        var stronger = new IdentityOptions { PasswordIterations = 20 };
        await using var later = await TestClinic.Open(engine, stronger, besides: clinic);

        await later.Login("ann@example.org");

        var hash = await StoredHash(clinic);
        var hashing = new PasswordHashing(stronger);
        Assert.Equal(PasswordMatch.Right, await hashing.Compare(hash, TestClinic.Password, "network", default));
    }

    [Fact]
    public async Task Guessing_runs_out_of_attempts_and_gets_them_back_and_others_sign_in_meanwhile()
    {
        await using var clinic = await TestClinic.Open(engine);
        await clinic.AddUser("ann@example.org");
        await clinic.AddUser("bob@example.org");
        for (var n = 0; n < SignInThrottle.FreeFailures; n++) await clinic.Login("ann@example.org", "not the right password");
        for (var n = 0; n < SignInThrottle.Burst - SignInThrottle.FreeFailures; n++)
        {
            await clinic.Get<SignInThrottle>().Enter("staff\nann@example.org", "7F0000", default);
        }

        var refused = await clinic.Login("ann@example.org");
        Assert.Equal((429, "too_many_attempts"), Coded(refused));
        Assert.Equal(TimeSpan.FromSeconds(6), refused.RetryAfter);
        Assert.Equal(200, (await clinic.Login("bob@example.org")).Status);

        clinic.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(200, (await clinic.Login("ann@example.org")).Status);
    }

    [Fact]
    public async Task The_oldest_of_too_many_sessions_gives_way()
    {
        await using var clinic = await TestClinic.Open(engine, new IdentityOptions { PasswordIterations = 10, SessionsPerUser = 2 });
        await clinic.AddUser("ann@example.org");
        var logins = new List<Answer>();
        for (var n = 0; n < 3; n++)
        {
            logins.Add(await clinic.Login("ann@example.org"));
            clinic.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(401, (await clinic.Get("/caller", logins[0].AccessToken)).Status);
        Assert.Equal(200, (await clinic.Get("/caller", logins[1].AccessToken)).Status);
        Assert.Equal(200, (await clinic.Get("/caller", logins[2].AccessToken)).Status);
    }

    private static async Task<IReadOnlyList<PatientId>> OwnPatients(TestClinic clinic)
    {
        var login = await clinic.Login("pat@example.org", path: PatientLogin);
        return (await clinic.Sessions.AuthenticateToken(login.AccessToken, default)).Value.Caller.OwnPatients;
    }

    private static (int, string) Coded(Answer answer) => (answer.Status, answer.Code);

    private static string Text(System.Text.Json.JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static Task<Answer> Post(TestClinic clinic, string body, bool chunked = false) =>
        clinic.Send(HttpMethod.Post, "/api/auth/login", change: request =>
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
            if (chunked) request.Headers.TransferEncodingChunked = true;
        });

    private static async Task<string> StoredHash(TestClinic clinic) =>
        await clinic.Get<Vagus.Storage.Database>().QueryOne(ReadHash, ["ann@example.org"], row => row.GetString(0), default) ?? "";

    private static readonly Statement ReadHash = new("select password_hash from access_user where email_key = @email_key");
}

public sealed class SignInOnSqlite() : SignInTests(Engine.Sqlite);

public sealed class SignInOnPostgres() : SignInTests(Engine.Postgres);
