namespace Vagus.Server.Tests.Isolation;

/// <summary>A body that an endpoint takes, and which of the fields in question are the client's there.</summary>
internal sealed record TakenBody(string Verb, string Route, Func<Side, string> Json, params string[] Own)
{
    public Func<Side, Signed> By { get; init; } = side => side.Admin;

    /// <summary>The id that stands for the route's parameter.</summary>
    public string? Names { get; init; }

    public string Path(Side side)
    {
        var from = Route.IndexOf('{', StringComparison.Ordinal);
        return from < 0 ? Route : Route[..from] + (Names is null ? "" : side.Ids[Names]) + Route[(Route.IndexOf('}', from) + 1)..];
    }
}

/// <summary>Every body besides FHIR's.</summary>
internal static class TakenBodies
{
    /// <summary>Endpoints that read no body.</summary>
    public static readonly Dictionary<string, string> WithoutBody = new(StringComparer.Ordinal)
    {
        ["POST /api/admin/users/{id}/factor-reset"] = "none",
        ["POST /api/admin/users/{userId}/invitation"] = "none",
        ["POST /api/aggregate/patients/{patientId}/labs/{id}/viewed"] = "none",
        ["POST /api/patients/{patientId}/proxies/{proxyId}/confirmation"] = "none",
        ["PUT /api/admin/settings/{name}"] = "the value of a setting, which its rule reads whole",
        ["POST /api/files/{store}"] = "a file",
        ["POST /api/patient-messages/attachments"] = "a file",
        ["POST /api/patient-portal/messages/attachments"] = "a file",
        ["POST /api/events/"] = "events, which are read whole: what the catalogue does not know is dropped",
        ["POST /api/notifications/{id}/read"] = "none",
        ["POST /api/notifications/{id}/review"] = "none",
        ["POST /api/patient-messages/scheduled/{id}/release"] = "none",
        ["PUT /api/patient-messages/threads/{id}/follow"] = "none",
        ["PUT /api/patient-messages/threads/{id}/participants/{userId}"] = "none",
        ["POST /api/patient-portal/messages/scheduled/{id}/release"] = "none",
        ["POST /oauth/token"] = "a form",
        ["POST /oauth/introspect"] = "a form",
        ["POST /oauth/revoke"] = "a form",
        ["POST /oauth/authorize"] = "a form",
        ["POST /oauth/authorize/sign-in"] = "a form",
        ["POST /oauth/authorize/factor"] = "a form",
        ["POST /oauth/authorize/patient"] = "a form",
        ["POST /oauth/authorize/consent"] = "a form",
    };

    public static readonly IReadOnlyList<TakenBody> Rows =
        [.. Doors("/api/auth", "admin-"), .. Doors("/api/patient-portal/auth", ""), .. Messages(), .. Workflow(), .. Bills(), .. Others()];

    private static IEnumerable<TakenBody> Doors(string door, string prefix)
    {
        const string nothing = "{}";
        Func<Side, Signed> by = prefix.Length > 0 ? side => side.Admin : side => side.Patient;
        yield return new("POST", $"{door}/login", _ => """{"email":"nobody@north.example","password":"wrong yellow tractors"}""", "tenant");
        yield return new("POST", $"{door}/login/second-factor", _ => """{"challenge":"x","code":"000000"}""");
        yield return new("POST", $"{door}/login/enrolment", _ => """{"challenge":"x"}""");
        yield return new("POST", $"{door}/login/enrolment/confirmation", _ => """{"challenge":"x","id":"y","code":"000000"}""", "id");
        yield return new("POST", $"{door}/refresh", _ => """{"refreshToken":"x"}""");
        // By nobody: it ends the session of the access token as well.
        yield return new("POST", $"{door}/logout", _ => """{"refreshToken":"x"}""") { By = _ => new Signed("nobody", "none") };
        yield return new("POST", $"{door}/forgot-password", _ => """{"email":"nobody@north.example"}""", "tenant");
        yield return new("POST", $"{door}/reset-password", _ => """{"token":"x","password":"twelve yellow tractors"}""");
        yield return new("POST", $"{door}/password", _ => """{"currentPassword":"x","password":"twelve yellow tractors"}""") { By = by };
        yield return new("POST", $"{door}/activity", _ => nothing) { By = by };
        yield return new("POST", $"{door}/ticket", _ => nothing) { By = by };
        yield return new("POST", $"{door}/step-up", _ => """{"code":"000000"}""") { By = by };
        yield return new("POST", $"{door}/step-up/options", _ => nothing) { By = by };
        yield return new("POST", $"{door}/factors/totp", _ => """{"name":"app"}""") { By = by };
        yield return new("POST", $"{door}/factors/totp/{{id}}/confirmation", _ => """{"code":"000000"}""")
        {
            By = by, Names = $"{prefix}factor",
        };
        yield return new("POST", $"{door}/factors/passkeys/options", _ => nothing) { By = by };
        yield return new("POST", $"{door}/factors/passkeys", _ => """{"challenge":"x","name":"key","passkey":{}}""") { By = by };
        yield return new("POST", $"{door}/factors/recovery-codes", _ => nothing) { By = by };
    }

    private static IEnumerable<TakenBody> Messages()
    {
        Func<Side, Signed> patient = side => side.Patient;
        const string thread = """{"subject":"x","category":"general","content":"x"}""";
        yield return new("POST", "/api/messages/", side => $$"""{"recipientId":"{{side.Clinician.User}}","content":"x"}""");
        yield return new("POST", "/api/messages/{id}/retraction", _ => """{"reason":"x"}""") { By = patient, Names = "taken-back" };
        yield return new(
            "POST", "/api/patient-messages/threads",
            side => $$"""{"patientId":"{{side.Ids["record"]}}","subject":"x","category":"general","content":"x"}""", "kind", "participants", "patientId");
        yield return new("POST", "/api/patient-messages/threads/{id}/messages", _ => """{"content":"x"}""") { Names = "thread" };
        yield return new("POST", "/api/patient-messages/threads/{id}/holds", _ => """{"matter":"x"}""") { Names = "thread" };
        yield return new("PUT", "/api/patient-messages/threads/{id}", _ => """{"priority":"high"}""") { Names = "thread" };
        yield return new("POST", "/api/patient-messages/threads/{id}/close", _ => "{}") { Names = "thread" };
        yield return new("POST", "/api/patient-messages/threads/{id}/reopen", _ => "{}") { Names = "thread" };
        yield return new("POST", "/api/patient-messages/threads/{id}/mark-read", _ => """{"upToSequence":1}""") { Names = "thread" };
        yield return new(
            "POST", "/api/patient-messages/threads/bulk",
            side => $$$"""{"threadIds":["{{{side.Ids["thread"]}}}"],"changes":{"priority":"low"}}""");
        foreach (var draft in new[] { "draft", "note-draft" })
            yield return new("PUT", $"/api/patient-messages/threads/{{id}}/{draft}", _ => """{"content":"x"}""") { Names = "thread" };
        yield return new("PUT", "/api/patient-messages/draft", _ => """{"content":"x","subject":"x"}""", "patientId");
        yield return new("PUT", "/api/patient-portal/messages/draft", _ => """{"content":"x","subject":"x"}""", "patientId")
        {
            By = patient,
        };
        yield return new("PUT", "/api/patient-portal/messages/threads/{id}/draft", _ => """{"content":"x"}""")
        {
            By = patient, Names = "thread",
        };
        const string canned = """{"title":"x","content":"x","category":"general"}""";
        yield return new("POST", "/api/canned-responses/", _ => canned);
        yield return new("PUT", "/api/canned-responses/{id}", _ => canned) { Names = "canned" };
        yield return new("POST", "/api/patient-portal/messages/threads", _ => thread, "patientId") { By = patient };
        yield return new("POST", "/api/patient-portal/messages/threads/{id}/messages", _ => """{"content":"x"}""")
        {
            By = patient, Names = "thread",
        };
        yield return new("POST", "/api/patient-portal/messages/threads/{id}/mark-read", _ => """{"upToSequence":1}""")
        {
            By = patient, Names = "thread",
        };
    }

    private static IEnumerable<TakenBody> Workflow()
    {
        static string About(Side side) => $"""
            "patientId":"{side.Ids["record"]}","providerId":"{side.Ids["doctor"]}"
            """;
        yield return new(
            "POST", "/api/patients/",
            _ => """{"firstName":"Zoe","lastName":"Quist","birthDate":"2001-01-01","sex":"female","confirmNew":true}""");
        yield return new("PUT", "/api/patients/{id}", _ => """{"phone":"1"}""") { Names = "record" };
        yield return new(
            "POST", "/api/patients/{id}/insurance-verification", _ => """{"payer":"x","memberId":"1","verified":true}""") { Names = "record" };
        yield return new(
            "POST", "/api/appointments/",
            side => $$$"""
            {{{{About(side)}}},"start":"2026-05-06T09:00","repeat":{"every":"week","count":2},"location":"x","allowOverlap":true}
            """, "patientId");
        yield return new("POST", "/api/appointments/{id}/reschedule", _ => """{"start":"2026-05-05T09:00:00Z","durationMinutes":20}""")
        {
            Names = "appointment",
        };
        yield return new("POST", "/api/appointments/{id}/status", _ => """{"status":"cancelled","reason":"x"}""") { Names = "appointment" };
        yield return new("POST", "/api/encounters/", side => $"{{{About(side)}}}", "patientId");
        yield return new(
            "PUT", "/api/encounters/{id}", _ => """{"note":"x","diagnoses":[{"display":"x"}],"procedures":[{"code":"1"}]}""")
        {
            Names = "encounter",
        };
        yield return new("POST", "/api/encounters/{id}/vitals", _ => """{"heartRate":70,"at":"2026-05-06T09:00:00Z"}""")
        {
            Names = "encounter",
        };
        yield return new("POST", "/api/encounters/{id}/complete", _ => "{}") { Names = "encounter" };
        yield return new("POST", "/api/encounters/{id}/sign", _ => "{}") { Names = "encounter", By = side => side.Clinician };
        yield return new("POST", "/api/encounters/{id}/addenda", _ => """{"text":"x"}""")
        {
            Names = "encounter", By = side => side.Clinician,
        };
    }

    private static IEnumerable<TakenBody> Bills()
    {
        const string lines = """
            "payer":"x","lines":[{"code":"1","description":"x","amount":10.50}]
            """;
        yield return new(
            "POST", "/api/biopsies/",
            side => $$"""
            {"patientId":"{{side.Ids["record"]}}","providerId":"{{side.Ids["doctor"]}}","site":"x","procedure":"x","specimen":"x"}
            """, "patientId");
        yield return new("PUT", "/api/biopsies/{id}", _ => """{"site":"x","procedure":"x","status":"collected"}""") { Names = "biopsy" };
        yield return new(
            "POST", "/api/biopsies/{id}/result",
            _ => """{"diagnosis":"x","code":"1","isMalignant":true,"report":"x","pathologist":"x","amends":true}""")
        {
            Names = "biopsy",
        };
        yield return new("POST", "/api/biopsies/{id}/review", _ => """{"decision":"x","note":"x"}""")
        {
            Names = "biopsy", By = side => side.Clinician,
        };
        yield return new(
            "POST", "/api/claims/", side => $$"""{"patientId":"{{side.Ids["record"]}}","currency":"USD",{{lines}}}""", "patientId");
        yield return new("PUT", "/api/claims/{id}", _ => $"{{{lines}}}") { Names = "claim" };
        yield return new("POST", "/api/claims/{id}/submit", _ => "{}") { Names = "claim" };
        yield return new("POST", "/api/claims/{id}/status", _ => """{"status":"partially_paid","amountPaid":1,"reason":"x"}""")
        {
            Names = "claim",
        };
        yield return new(
            "POST", "/api/payments/",
            side => $$"""
            {"patientId":"{{side.Ids["record"]}}","claimId":"{{side.Ids["claim"]}}","amount":0.01,"method":"x",
             "receivedAt":"2026-05-06T09:00:00Z"}
            """, "patientId");
        yield return new(
            "POST", "/api/prior-auths/",
            side => $$"""
            {"patientId":"{{side.Ids["record"]}}","providerId":"{{side.Ids["doctor"]}}","service":"x","payer":"x"}
            """, "patientId");
        yield return new(
            "POST", "/api/prior-auths/{id}/status", _ => """{"status":"approved","number":"x","validUntil":"2027-01-01"}""")
        {
            Names = "prior-auth",
        };
    }

    private static IEnumerable<TakenBody> Others()
    {
        yield return new("POST", "/api/patient-portal/auth/activate",
            _ => """{"token":"x","birthDate":"1980-02-28","password":"twelve yellow tractors"}""");
        yield return new("POST", "/api/patient-portal/auth/verify-email", _ => """{"token":"x"}""");
        yield return new("PUT", "/api/preferences/", _ => """{"language":"en"}""");
        yield return new("PUT", "/api/patient-portal/preferences/", _ => """{"language":"en"}""") { By = side => side.Patient };
        yield return new("POST", "/api/push/subscriptions", side => Side.Subscription(side.Ids["record"])) { By = side => side.Patient };
        yield return new("POST", "/api/notifications/read-all", _ => """{"through":1}""");
        yield return new("POST", "/api/notifications/seen", _ => """{"through":1}""");
        yield return new("POST", "/api/mail/bounces", _ => """{"addresses":["gone@north.example"]}""");
        var number = 0;
        yield return new(
            "POST", "/api/admin/users/",
            _ => $$"""{"email":"invited{{++number}}@north.example","displayName":"Invited","role":"nurse"}""",
            "role", "seesSensitive", "practitionerId");
        yield return new("PATCH", "/api/admin/users/{userId}", _ => """{"role":"nurse"}""", "role", "seesSensitive", "disabled")
        {
            Names = "nurse",
        };
        yield return new("POST", "/api/admin/service-accounts/", _ => """{"name":"robot"}""", "id", "seesSensitive");
        yield return new("POST", "/api/admin/service-accounts/{userId}/secrets", _ => "{}") { Names = "service" };
        yield return new(
            "POST", "/api/patients/{patientId}/proxies/", side => $$"""{"userId":"{{side.Ids["proxy"]}}","relationship":"guardian"}""",
            "userId") { Names = "record" };
        yield return new(
            "POST", "/api/patients/{patientId}/portal-invitation", _ => """{"email":"new@north.example","deliver":"code"}""")
        {
            Names = "neighbour",
        };
        yield return new("POST", "/api/patients/{patientId}/break-glass", _ => """{"reason":"found unconscious","purpose":"ETREAT"}""")
        {
            By = side => side.Clinician, Names = "record",
        };
        yield return new("POST", "/api/admin/break-glass/{id}/review", _ => """{"verdict":"justified","note":"as told"}""")
        {
            Names = "glass",
        };
        yield return new(
            "POST", "/api/auth/launch-context",
            side => $$"""{"clientId":"{{side.Ids["app"]}}","patient":"{{side.Ids["record"]}}"}""", "patient");
        yield return new(
            "POST", "/api/admin/apps/",
            _ => """{"name":"Chart","type":"public","scopes":"patient/*.rs","redirectUris":["https://app.example/back"]}""",
            "seesSensitive");
        const string times = "\"from\":\"2026-01-01T00:00:00Z\",\"until\":\"2026-12-31T00:00:00Z\"";
        yield return new("POST", "/api/on-call", side => $$"""{"duty":"operator","userId":"{{side.Ids["nurse"]}}",{{times}}}""", "userId");
        yield return new("POST", "/api/critical-rules/approval", _ => """{"version":"x"}""");
        yield return new("PUT", "/api/on-call/out-of-office", _ => $"{{{times}}}");
        foreach (var (path, json) in new[]
        {
            ("calls", """{"called":"a colleague","reached":false}"""), ("acknowledge", """{"note":"n"}"""),
            ("delegate", """{"to":"nobody"}"""), ("resolve", """{"action":"treated"}"""),
        })
        {
            yield return new("POST", $"/api/alerts/{{id}}/{path}", _ => json) { By = side => side.Clinician, Names = "alert" };
        }

        yield return new("POST", "/api/admin/subscriptions/{id}/replay", _ => "{}") { Names = "fhir-subscription" };
        yield return new("PATCH", "/api/admin/apps/{clientId}", _ => """{"disabled":false}""", "disabled") { Names = "app" };
    }
}
