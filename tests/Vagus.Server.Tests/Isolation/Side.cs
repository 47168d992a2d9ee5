using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Vagus.Access.Tenants;
using Vagus.Identity.Administration;
using Vagus.Kernel;

namespace Vagus.Server.Tests.Isolation;

/// <summary>One tenant with people, records and everything else that has an id; two of them ask each other for it.</summary>
internal sealed class Side
{
    private const string Password = "twelve yellow tractors";
    private const string FhirSubscription = """
        {"resourceType":"Subscription","status":"off","reason":"x","criteria":"Observation?status=final",
         "channel":{"type":"rest-hook","endpoint":"https://hook.example.org/1","payload":"application/fhir+json"}}
        """;

    private const string FhirSocket = """
        {"resourceType":"Subscription","status":"requested","reason":"x","criteria":"Observation?status=final",
         "channel":{"type":"websocket","payload":"application/fhir+json"}}
        """;

    private readonly TestServer server;
    private readonly TenantId tenant;
    private int people;

    private Side(TestServer server, TenantId tenant) => (this.server, this.tenant) = (server, tenant);

    public required Signed Admin { get; init; }

    public required Signed Patient { get; init; }

    public required Signed Neighbour { get; init; }

    public required Signed Clinician { get; init; }

    /// <summary>The ids by the name of what they are of.</summary>
    public Dictionary<string, string> Ids { get; } = new(StringComparer.Ordinal);

    public static async Task<Side> Open(TestServer server, string name)
    {
        var tenant = (await server.Get<AddTenant>().Add(name, name, default)).Value;
        var people = new Side(server, tenant) 
        {
            Admin = default!, Patient = default!, Neighbour = default!, Clinician = default!,
        };
        var side = new Side(server, tenant)
        {
            Admin = await people.SignIn(Role.Admin),
            Patient = await people.SignIn(Role.Patient, $"{name}-record"),
            Neighbour = await people.SignIn(Role.Patient, $"{name}-neighbour"),
            Clinician = await people.SignIn(Role.Provider),
        };
        await side.Fill(name);
        return side;
    }

    public async Task<(int Status, string Text)> Send(
        Signed by, string method, string path, string? body = null, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(server.Address, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", by.Token);
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        if (path.EndsWith("$export", StringComparison.Ordinal)) request.Headers.Add("Prefer", "respond-async");
        if (body is not null)
        {
            var media = path.StartsWith("/fhir", StringComparison.Ordinal) ? "application/fhir+json" : "application/json";
            request.Content = new StringContent(body, Encoding.UTF8, media);
        }

        using var answer = await server.Http.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async Task<JsonElement> Done(Signed by, string method, string path, string? body = null)
    {
        var (status, text) = await Send(by, method, path, body);
        Assert.True(status is >= 200 and < 300, $"{method} {path}: {status} {text}");
        return text.Length == 0 ? default : JsonElement.Parse(text);
    }

    private async Task Fill(string name)
    {
        foreach (var patient in new[] { $"{name}-record", $"{name}-neighbour" })
        {
            await Done(Admin, "PUT", $"/fhir/Patient/{patient}",
                $$"""{"resourceType":"Patient","id":"{{patient}}","birthDate":"1980-02-28","name":[{"family":"Canary"}]}""");
            await Done(Admin, "PUT", $"/fhir/Observation/{patient}-o",
                $$$"""
                {"resourceType":"Observation","id":"{{{patient}}}-o","status":"final","code":{"text":"c"},
                 "subject":{"reference":"Patient/{{{patient}}}"}}
                """);
        }

        Ids["group"] = $"{name}-cadre";
        await Done(Admin, "PUT", $"/fhir/Group/{name}-cadre", $$$$"""
            {"resourceType":"Group","id":"{{{{name}}}}-cadre","type":"person","actual":true,
             "member":[{"entity":{"reference":"Patient/{{{{name}}}}-record"}}]}
            """);
        Ids["value-set"] = $"{name}-set";
        await Done(Admin, "PUT", $"/fhir/ValueSet/{name}-set", $$$"""
            {"resourceType":"ValueSet","id":"{{{name}}}-set","url":"urn:{{{name}}}:set","status":"active",
             "compose":{"include":[{"system":"urn:s","concept":[{"code":"c"}]}]}}
            """);
        Ids["parameter"] = $"{name}-parameter";
        await Done(Admin, "PUT", $"/fhir/SearchParameter/{name}-parameter", $$"""
            {"resourceType":"SearchParameter","id":"{{name}}-parameter","url":"urn:{{name}}:race","name":"race","status":"active",
             "description":"x","code":"{{name}}-race","base":["Patient"],"type":"string",
             "expression":"Patient.extension.where(url = 'urn:race').value"}
            """);
        Ids["fhir-subscription"] = Text(await Done(Admin, "POST", "/fhir/Subscription", FhirSubscription), "id");
        Ids["colleague-fhir-subscription"] = Text(await Done(Clinician, "POST", "/fhir/Subscription", FhirSubscription), "id");
        Ids["fhir-socket"] = Text(await Done(Admin, "POST", "/fhir/Subscription", FhirSocket), "id");
        Ids["colleague-fhir-socket"] = Text(await Done(Clinician, "POST", "/fhir/Subscription", FhirSocket), "id");
        Ids["export"] = await Export();
        Ids["file"] = await Upload($"{name}-record");
        Ids["neighbour-file"] = await Upload($"{name}-neighbour");
        await Write(Patient, "");
        await Write(Neighbour, "neighbour-", $"{name}-neighbour");
        await WriteCanned();
        var among = await Done(Admin, "POST", "/api/patient-messages/threads",
            $$"""{"kind":"staff","participants":["{{Clinician.User}}"],"subject":"Canary","content":"Canary"}""");
        Ids["staff-thread"] = Text(among.GetProperty("thread"), "id");
        Ids["subscription"] = Text(await Done(Patient, "POST", "/api/push/subscriptions", Subscription($"{name}/1")), "id");
        Ids["neighbour-subscription"] = Text(await Done(Neighbour, "POST", "/api/push/subscriptions", Subscription($"{name}/2")), "id");
        var service = await Done(Admin, "POST", "/api/admin/service-accounts", """{"name":"robot"}""");
        Ids["record"] = $"{name}-record";
        Ids["neighbour"] = $"{name}-neighbour";
        Ids["observation"] = $"{name}-record-o";
        Ids["user"] = Patient.User;
        Ids["nurse"] = (await SignIn(Role.Nurse)).User;
        Ids["service"] = await FirstOf(Admin, "/api/admin/users?role=service");
        Ids["secret"] = Text(service, "secretId");
        await Done(Admin, "POST", $"/api/patients/{name}-record/proxies",
            $$"""{"userId":"{{Neighbour.User}}","relationship":"guardian"}""");
        Ids["proxy"] = Neighbour.User;
        var app = """{"name":"Chart","type":"public","scopes":"patient/*.rs","redirectUris":["https://app.example/back"]}""";
        Ids["app"] = Text(await Done(Admin, "POST", "/api/admin/apps", app), "clientId");
        var glass = await Done(
            Clinician, "POST", $"/api/patients/{name}-neighbour/break-glass", """{"reason":"found unconscious","purpose":"ETREAT"}""");
        Ids["glass"] = Text(glass, "id");
        await Done(Clinician, "DELETE", $"/api/patients/{name}-neighbour/break-glass");
        await FillAlerts(name);
        await FillWorkflow(name);
        await FillBills(name);
        Ids["session"] = await FirstOf(Patient, "/api/patient-portal/auth/sessions");
        Ids["admin-session"] = await FirstOf(Admin, "/api/auth/sessions");
        Ids["factor"] = Text(await Done(Patient, "POST", "/api/patient-portal/auth/factors/totp", """{"name":"app"}"""), "id");
        Ids["admin-factor"] = Text(await Done(Admin, "POST", "/api/auth/factors/totp", """{"name":"app"}"""), "id");
    }

    /// <summary>What a browser gives that was subscribed to a push service.</summary>
    public static string Subscription(string path)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return JsonSerializer.Serialize(new
        {
            endpoint = $"https://push.example.org/{path}",
            keys = new { p256dh = Base64Url.EncodeToString([4, .. point.X!, .. point.Y!]), auth = Base64Url.EncodeToString(new byte[16]) },
        });
    }

    private async Task<string> Export()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Address, "/fhir/$export?_type=Patient"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Admin.Token);
        request.Headers.Add("Prefer", "respond-async");
        using var answer = await server.Http.SendAsync(request);
        var status = answer.Content.Headers.ContentLocation!.ToString();
        var id = status[(status.LastIndexOf('/') + 1)..];
        for (var turn = 0; turn < 50; turn++)
        {
            if ((await Send(Admin, "GET", $"/fhir/$export-status/{id}")).Status == 200) return id;
        }

        throw new TimeoutException("The export does not end.");
    }

    /// <summary>An alert, a notification of the clinician, and a turn of the schedule.</summary>
    private async Task FillAlerts(string name)
    {
        Ids["clinician"] = Clinician.User;
        var turn = $$"""
            {"duty":"provider","userId":"{{Clinician.User}}","from":"2026-01-01T00:00:00Z","until":"2026-12-31T00:00:00Z"}
            """;
        await Done(Admin, "POST", "/api/on-call", turn);
        Ids["turn"] = Text(await Done(Admin, "POST", "/api/on-call", turn), "id");
        const string laboratory = """
            "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}]}]
            """;
        await Done(Admin, "PUT", $"/fhir/Observation/{name}-critical",
            $$$"""
            {"resourceType":"Observation","id":"{{{name}}}-critical","status":"final",{{{laboratory}}},
             "code":{"coding":[{"system":"http://loinc.org","code":"2823-3"}]},"subject":{"reference":"Patient/{{{name}}}-record"},
             "valueQuantity":{"value":7.5,"unit":"mmol/L","system":"http://unitsofmeasure.org","code":"mmol/L"}}
            """);
        await Done(Admin, "PUT", $"/fhir/DiagnosticReport/{name}-report",
            $$$"""
            {"resourceType":"DiagnosticReport","id":"{{{name}}}-report","status":"final","code":{"text":"c"},
             "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0074","code":"LAB"}]}],
             "subject":{"reference":"Patient/{{{name}}}-record"}}
            """);
        Ids["report"] = $"{name}-report";
        Ids["alert"] = await Comes(Clinician, "/api/alerts");
        Ids["notification"] = await Comes(Clinician, "/api/notifications");
    }

    /// <summary>An appointment and a visit of each of the two patients.</summary>
    private async Task FillWorkflow(string name)
    {
        Ids["doctor"] = $"{name}-doctor";
        await Done(Admin, "PUT", $"/fhir/Practitioner/{name}-doctor", $$"""{"resourceType":"Practitioner","id":"{{name}}-doctor"}""");
        foreach (var (prefix, patient) in new[] { ("", $"{name}-record"), ("neighbour-", $"{name}-neighbour") })
        {
            Ids[$"{prefix}appointment"] = $"{patient}-a";
            Ids[$"{prefix}encounter"] = $"{patient}-e";
            await Done(Admin, "PUT", $"/fhir/Appointment/{patient}-a", $$$"""
                {"resourceType":"Appointment","id":"{{{patient}}}-a","status":"booked","start":"2026-05-04T09:00:00Z",
                 "end":"2026-05-04T09:30:00Z","participant":[{"actor":{"reference":"Patient/{{{patient}}}"},"status":"accepted"}]}
                """);
            await Done(Admin, "PUT", $"/fhir/Encounter/{patient}-e", $$$"""
                {"resourceType":"Encounter","id":"{{{patient}}}-e","status":"in-progress",
                 "class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"AMB"},
                 "subject":{"reference":"Patient/{{{patient}}}"}}
                """);
        }
    }

    /// <summary>A biopsy, a claim and a prior authorization that are just begun.</summary>
    private async Task FillBills(string name)
    {
        var about = $$"""
            "patientId":"{{name}}-record","providerId":"{{name}}-doctor"
            """;
        Ids["biopsy"] = Text(await Done(Admin, "POST", "/api/biopsies", $"{{{about},\"site\":\"x\"}}"), "id");
        var claim = $$"""{"patientId":"{{name}}-record","payer":"x","lines":[{"code":"1","amount":10}]}""";
        Ids["claim"] = Text(await Done(Admin, "POST", "/api/claims", claim), "id");
        var payment = $$"""{"patientId":"{{name}}-record","amount":1,"method":"x"}""";
        Ids["payment"] = Text(await Done(Admin, "POST", "/api/payments", payment), "id");
        Ids["prior-auth"] = Text(await Done(Admin, "POST", "/api/prior-auths", $"{{{about},\"service\":\"x\",\"payer\":\"x\"}}"), "id");
    }

    private async Task<string> Comes(Signed by, string list)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while ((await Done(by, "GET", list)).GetProperty("items").GetArrayLength() == 0)
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"Nothing came to {list}.");
            await Task.Delay(20);
        }

        return await FirstOf(by, list);
    }

    /// <summary>A thread with two messages, of which the first has an attachment.</summary>
    private async Task Write(Signed patient, string prefix, string? of = null)
    {
        const string portal = "/api/patient-portal/messages";
        using var form = new MultipartFormDataContent { { new ByteArrayContent("%PDF-1.7"u8.ToArray()), "file", "a.pdf" } };
        var file = await Upload($"{portal}/attachments", patient, form);
        var whose = of is null ? "" : $$"""
            "patientId":"{{of}}",
            """;
        var begun = await Done(patient, "POST", $"{portal}/threads",
            $$"""{{{whose}}"subject":"Canary","category":"general","content":"Canary","attachmentIds":["{{file}}"]}""");
        Ids[$"{prefix}thread"] = Text(begun.GetProperty("thread"), "id");
        Ids[$"{prefix}message"] = Text(begun.GetProperty("messages")[0], "id");
        Ids[$"{prefix}attachment"] = file;
        var holds = $"/api/patient-messages/threads/{Ids[$"{prefix}thread"]}/holds";
        Ids[$"{prefix}legal-hold"] = Text(await Done(Admin, "POST", holds, """{"matter":"x"}"""), "id");
        var more = await Done(patient, "POST", $"{portal}/threads/{Ids[$"{prefix}thread"]}/messages", """{"content":"Canary"}""");
        Ids[$"{prefix}taken-back"] = Text(more, "id");
        foreach (var name in new[] { "held", "other-held" })
        {
            var held = await Done(patient, "POST", $"{portal}/threads/{Ids[$"{prefix}thread"]}/messages",
                $$"""{"content":"Canary","sendAfter":"{{DateTimeOffset.UtcNow.AddDays(30):O}}"}""");
            Ids[$"{prefix}{name}"] = Text(held, "id");
        }
    }

    /// <summary>A canned response of the administrator, and one of somebody else.</summary>
    private async Task WriteCanned()
    {
        foreach (var (by, name) in new[] { (Admin, "canned"), (Clinician, "other-canned") })
            Ids[name] = Text(await Done(by, "POST", "/api/canned-responses", """{"title":"t","content":"c"}"""), "id");
    }

    private Task<string> Upload(string patient) => Upload(
        $"/api/files/patient-documents?patientId={patient}", Admin, new ByteArrayContent("%PDF-1.7"u8.ToArray()));

    private async Task<string> Upload(string path, Signed by, HttpContent content)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Address, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", by.Token);
        request.Content = content;
        using var answer = await server.Http.SendAsync(request);
        return Text(await answer.Content.ReadFromJsonAsync<JsonElement>(), "id");
    }

    private async Task<Signed> SignIn(Role role, string? patient = null)
    {
        var email = $"person{++people}-{role}@{tenant.Value}.example";
        var user = new NewUser(tenant, email, "Somebody", role)
        {
            Password = Password,
            Patient = patient is null ? null : new PatientId(patient),
            SeesLabels = role == Role.Admin ? Sensitivity.All : Sensitivity.None,
        };
        var added = (await server.Get<AddUser>().Add(user, default)).Value.User;
        var door = role == Role.Patient ? "/api/patient-portal/auth/login" : "/api/auth/login";
        using var answer = await server.Http.PostAsJsonAsync(
            new Uri(server.Address, door), new { email, password = Password, tenant = tenant.Value });
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return new Signed(added.Value, body.GetProperty("accessToken").GetString()!);
    }

    private async Task<string> FirstOf(Signed by, string list) =>
        (await Done(by, "GET", list)).GetProperty("items")[0].GetProperty("id").GetString()!;

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;
}

/// <summary>Somebody with a token.</summary>
internal sealed record Signed(string User, string Token);
