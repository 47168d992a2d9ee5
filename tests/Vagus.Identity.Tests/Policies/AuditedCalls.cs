using Vagus.Identity.Administration;
using Vagus.Identity.OAuth;
using Vagus.Identity.Tests.OAuth;
using Vagus.Kernel;
using Vagus.Testing;

namespace Vagus.Identity.Tests.Policies;

/// <summary>A call of one endpoint, as it is made: who makes it, and what stands in its route.</summary>
internal sealed record Visit(TestClinic Clinic, string Door, string Email, Answer Login)
{
    /// <summary>The values of the route's parameters.</summary>
    public Dictionary<string, string> Values { get; } = new(StringComparer.Ordinal);

    public Task<Answer> LoginAgain() => Clinic.Login(Email, path: $"{Door}/login");
}

/// <summary>The body of a call and the status that it is answered with.</summary>
internal sealed record AuditedCall(int Status, Func<Visit, Task<object?>> Body)
{
    public AuditedCall(int status, object? body = null) : this(status, _ => Task.FromResult(body))
    {
    }
}

/// <summary>A body that is a form, from a browser with this cookie.</summary>
internal sealed record FilledForm(string? Cookie, params (string Name, string Value)[] Fields);

/// <summary>
/// One call for each endpoint that declares what it audits: done where that is easily brought about, refused otherwise. Paths of the two
/// doors are without their beginning.
/// </summary>
internal static class AuditedCalls
{
    private const string NewPassword = "another long pass phrase";
    private const string Scopes = "patient/*.rs";
    private const string Back = "https://app.example/back";
    private static readonly string Unknown = new('x', 43);

    public static readonly IReadOnlyDictionary<string, AuditedCall> All = new Dictionary<string, AuditedCall>(StringComparer.Ordinal)
    {
        ["POST /login"] = new(200, visit => Task.FromResult<object?>(new { email = visit.Email, password = TestClinic.Password })),
        ["POST /refresh"] = new(401, UsedToken),
        ["POST /logout"] = new(204),
        ["DELETE /sessions/{id}"] = new(204, AnotherSession),
        ["DELETE /sessions"] = new(204, AnotherSession),
        ["POST /login/second-factor"] = new(401, new { challenge = Unknown, code = "123456" }),
        ["POST /login/enrolment/confirmation"] = new(401, new { challenge = Unknown, id = "f1", code = "123456" }),
        ["POST /step-up"] = new(200, new { password = TestClinic.Password }),
        ["POST /factors/totp/{id}/confirmation"] = new(404, new { code = "123456" }),
        ["POST /factors/passkeys"] = new(401, new { challenge = Unknown, passkey = new { } }),
        ["DELETE /factors/reset"] = new(404),
        ["DELETE /factors/{id}"] = new(404),
        ["POST /factors/recovery-codes"] = new(409),
        ["POST /ticket"] = new(200),
        ["GET /device-key"] = new(200),
        ["POST /forgot-password"] = new(202, visit => Task.FromResult<object?>(new { email = visit.Email })),
        ["POST /reset-password"] = new(400, new { token = Unknown, password = NewPassword }),
        ["POST /password"] = new(401, new { currentPassword = "wrong", password = NewPassword }),
        ["POST /activate"] = new(400, new { token = Unknown, birthDate = "1980-02-29", password = NewPassword }),
        ["POST /verify-email"] = new(400, new { token = Unknown }),
        ["POST /api/patients/{patientId}/portal-invitation"] = new(201, new { email = "new@example.org" }),
        ["GET /api/patients/{patientId}/proxies"] = new(200),
        ["POST /api/patients/{patientId}/proxies"] = new(201, new { userId = "pat", relationship = "other" }),
        // Administrators decide: what they grant is confirmed.
        ["POST /api/patients/{patientId}/proxies/{proxyId}/confirmation"] = new(409),
        ["DELETE /api/patients/{patientId}/proxies/{proxyId}"] = new(204),
        // Administrators treat no one.
        ["POST /api/patients/{patientId}/break-glass"] = new(403),
        ["DELETE /api/patients/{patientId}/break-glass"] = new(403),
        ["GET /api/admin/break-glass"] = new(200),
        ["POST /api/admin/break-glass/{id}/review"] = new(404, new { verdict = "justified", note = "n" }),
        ["GET /api/admin/users"] = new(200),
        ["POST /api/mail/bounces"] = new(204, new { addresses = new[] { "gone@example.org" } }),
        ["POST /api/admin/users"] = new(201, new { email = "new@example.org", displayName = "New", role = "nurse" }),
        ["GET /api/admin/users/{userId}"] = new(200),
        ["PATCH /api/admin/users/{userId}"] = new(200, new { seesSensitive = true }),
        ["POST /api/admin/users/{userId}/invitation"] = new(201),
        ["GET /api/admin/users/{userId}/proxies"] = new(200),
        ["DELETE /api/admin/users/{userId}/sessions"] = new(204),
        ["POST /api/admin/users/{id}/factor-reset"] = new(202),
        ["DELETE /api/admin/users/{id}/factor-reset"] = new(204),
        ["GET /api/admin/sessions"] = new(200),
        ["DELETE /api/admin/sessions/{id}"] = new(204, AnotherSession),
        ["POST /api/admin/service-accounts"] = new(201, new { name = "Machine", id = "machine2" }),
        ["GET /api/admin/service-accounts/{userId}/secrets"] = new(200),
        ["POST /api/admin/service-accounts/{userId}/secrets"] = new(201, OfTheMachine),
        ["DELETE /api/admin/service-accounts/{userId}/secrets/{secretId}"] = new(204, SecretOfTheMachine),
        ["PUT /api/admin/settings/{name}"] = new(204, new { idleMinutes = 10 }),
        ["POST /api/admin/apps"] = new(201, new { name = "Chart", type = "public", scopes = Scopes, redirectUris = new[] { Back } }),
        ["PATCH /api/admin/apps/{clientId}"] = new(200, KnownApp),
        ["POST /launch-context"] = new(201, OfAnApp),
        // Of patients only.
        ["DELETE /api/patient-portal/apps/{clientId}"] = new(403),
        ["PUT /api/preferences"] = new(200, new { language = "es" }),
        ["PUT /api/patient-portal/preferences"] = new(403),
        ["POST /api/push/subscriptions"] = new(201, Subscription),
        ["DELETE /api/push/subscriptions/{id}"] = new(404),
        // Pages and forms: each step as a browser comes to it.
        ["GET /oauth/authorize"] = new(400),
        ["POST /oauth/authorize"] = new(400, new FilledForm(null, ("client_id", "unknown"))),
        ["POST /oauth/authorize/sign-in"] = new(401, visit => Step(visit, signedIn: false, ("email", visit.Email), ("password", "wrong"))),
        ["POST /oauth/authorize/factor"] = new(400, new FilledForm("vagus-authorize=x", ("code", "123456"))),
        ["POST /oauth/authorize/patient"] = new(404, visit => Step(visit, signedIn: true, ("patient", "nobody"))),
        ["POST /oauth/authorize/consent"] = new(400, visit => Step(visit, signedIn: true, ("decision", "allow"))),
        ["POST /oauth/token"] = new(401, new FilledForm(null, ("client_id", "unknown"), ("grant_type", "refresh_token"))),
        ["POST /oauth/revoke"] = new(401, new FilledForm(null, ("client_id", "unknown"), ("token", Unknown))),
        // What they do is in the tests of files.
        ["POST /api/files/{store}"] = new(404),
        ["GET /api/files/{id}"] = new(404),
        ["GET /api/files/{id}/url"] = new(404),
        ["GET /api/files/{id}/content"] = new(404),
        ["GET /api/audit"] = new(200),
        ["GET /api/audit/{index:long}"] = new(200),
        ["GET /api/audit/{index:long}/proof"] = new(404, visit => AtIndex(visit, "999999")),
    };

    private static Task<object?> Subscription(Visit visit)
    {
        using var browser = new Browser();
        return Task.FromResult<object?>(browser.Subscription(new Uri("https://push.example.org/1")));
    }

    private static async Task<object?> UsedToken(Visit visit)
    {
        var body = new { refreshToken = visit.Login.RefreshToken };
        await visit.Clinic.Send(HttpMethod.Post, $"{visit.Door}/refresh", body);
        // Later than a client may repeat a refresh whose answer was lost.
        visit.Clinic.Clock.Advance(TimeSpan.FromMinutes(2));
        return body;
    }

    private static async Task<object?> AnotherSession(Visit visit)
    {
        visit.Values["id"] = (await visit.LoginAgain()).SessionId.Split('.')[1];
        return null;
    }

    private static async Task<object?> Step(Visit visit, bool signedIn, params (string, string)[] fields)
    {
        var app = await Launching.Register(visit.Clinic, "patient/*.rs launch/patient");
        var page = await app.Begin("patient/*.rs launch/patient");
        if (signedIn) page = await app.SignIn(page, visit.Email);
        return new FilledForm(app.Cookie, [("authorization", page.Sealed ?? ""), .. fields]);
    }

    private static async Task<object?> KnownApp(Visit visit)
    {
        visit.Values["clientId"] = await App(visit);
        return new { disabled = true };
    }

    private static async Task<object?> OfAnApp(Visit visit) => new { clientId = await App(visit), patient = "p2" };

    private static async Task<string> App(Visit visit) => (await visit.Clinic.Get<Apps>().Add(
        TestClinic.North, new NewApp("Chart", "public", Scopes) { RedirectUris = [Back] }, by: null, default)).Value.ClientId;

    private static Task<object?> AtIndex(Visit visit, string index)
    {
        visit.Values["index"] = index;
        return Task.FromResult<object?>(null);
    }

    private static Task<object?> OfTheMachine(Visit visit)
    {
        visit.Values["userId"] = "machine";
        return Task.FromResult<object?>(new { });
    }

    private static async Task<object?> SecretOfTheMachine(Visit visit)
    {
        await OfTheMachine(visit);
        var secrets = await visit.Clinic.Get<ServiceAccounts>().Secrets(TestClinic.North, new UserId("machine"), default);
        visit.Values["secretId"] = secrets[0].SecretId;
        return null;
    }
}
