using Microsoft.AspNetCore.Routing;
using Vagus.Kernel;

namespace Vagus.Fhir.Api.Tests.Scopes;

/// <summary>
/// Tokens without scopes, and with scopes of another type, are refused by every route that takes tokens with scopes, for users of each
/// role. A route that the table does not know is asked as the others are.
/// </summary>
public abstract class ScopelessTokenTests(FhirServer server)
{
    private const string Other = "user/Basic.rs";

    /// <summary>Where a token that was granted something else is not refused, and why it need not be.</summary>
    private static readonly Dictionary<string, string> Reasons = new(StringComparer.Ordinal)
    {
        ["/fhir/{**rest}"] = "no route is there",
        ["/fhir/_history"] = "it shows the types within the scopes",
        ["/fhir/$export"] = "it exports the types within the scopes",
        ["/fhir/Patient/$export"] = "it exports the types within the scopes",
        ["/fhir/$export-status/{export}"] = "exports are found by those who began them",
        ["/fhir/$export-status/{export}/{file}"] = "exports are found by those who began them",
        ["/fhir/{type}/$validate"] = "it shows nothing that is stored",
        ["/fhir/{type}/{id}/$validate"] = "it shows nothing that is stored",
        ["/fhir/CodeSystem/$lookup"] = "terminology that the server has by itself",
        ["/fhir/CodeSystem/$subsumes"] = "terminology that the server has by itself",
        ["/fhir/CodeSystem/$validate-code"] = "terminology that the server has by itself",
        ["/fhir/ConceptMap/$translate"] = "terminology that the server has by itself",
        ["/fhir/ValueSet/$expand"] = "terminology that the server has by itself",
        ["/fhir/ValueSet/$validate-code"] = "terminology that the server has by itself",
        ["/fhir/ValueSet/{id}/$expand"] = "terminology that the server has by itself",
        ["POST /api/appointments"] = "the patient is asked first, and not found",
        ["POST /api/encounters"] = "the patient is asked first, and not found",
        ["POST /api/payments"] = "the patient is asked first, and not found",
    };

    private static readonly Dictionary<string, string> Queries = new(StringComparer.Ordinal)
    {
        ["/fhir"] = "_type=Observation",
        ["/fhir/Observation/$stats"] = "subject=Patient/a&code=http://loinc.org|8867-4&statistic=average&duration=1",
        ["/fhir/DocumentReference/$docref"] = "patient=a",
        ["/fhir/{type}/$lastn"] = "patient=a",
        ["/fhir/{type}"] = "_id=a",
    };

    private static readonly Dictionary<string, string> Bodies = new(StringComparer.Ordinal)
    {
        ["POST /fhir"] = """
            {"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"GET","url":"Observation/a"}}]}
            """,
        ["POST /fhir/{type}"] = Observation,
        ["PUT /fhir/{type}"] = Observation,
        ["PUT /fhir/{type}/{id}"] = Observation,
        ["PATCH /fhir/{type}"] = Patch,
        ["PATCH /fhir/{type}/{id}"] = Patch,
        ["POST /fhir/Communication"] = """
            {"resourceType":"Communication","status":"completed","recipient":[{"reference":"Patient/a"}],"payload":[{"contentString":"x"}]}
            """,
        ["POST /fhir/{type}/$match"] = """
            {"resourceType":"Parameters","parameter":[{"name":"resource",
             "resource":{"resourceType":"Patient","birthDate":"1980-01-01","name":[{"family":"Canary"}]}}]}
            """,
        ["POST /fhir/{type}/{id}/$meta-add"] = Meta,
        ["POST /fhir/{type}/{id}/$meta-delete"] = Meta,
        ["POST /fhir/{type}/$lastn"] = """{"resourceType":"Parameters","parameter":[{"name":"patient","valueString":"a"}]}""",
        ["POST /fhir/DocumentReference/$docref"] = """{"resourceType":"Parameters","parameter":[{"name":"patient","valueId":"a"}]}""",
        ["POST /fhir/Observation/$stats"] = """
            {"resourceType":"Parameters","parameter":[{"name":"subject","valueUri":"Patient/a"},
             {"name":"code","valueString":"8867-4"},{"name":"system","valueUri":"http://loinc.org"},
             {"name":"statistic","valueCode":"average"},{"name":"duration","valueDecimal":1}]}
            """,
        ["POST /api/patients"] = """
            {"firstName":"Zoe","lastName":"Quist","birthDate":"2001-01-01","sex":"female","confirmNew":true}
            """,
        ["POST /api/patients/{id}/insurance-verification"] = """{"payer":"x","memberId":"1","verified":true}""",
        ["POST /api/appointments"] = """
            {"patientId":"a","providerId":"b","start":"2026-05-06T09:00","location":"x","allowOverlap":true}
            """,
        ["POST /api/appointments/{id}/reschedule"] = """{"start":"2026-05-05T09:00:00Z","durationMinutes":20}""",
        ["POST /api/appointments/{id}/status"] = """{"status":"cancelled","reason":"x"}""",
        ["POST /api/encounters"] = """{"patientId":"a","providerId":"b"}""",
        ["POST /api/encounters/{id}/vitals"] = """{"heartRate":70,"at":"2026-05-06T09:00:00Z"}""",
        ["POST /api/payments"] = """{"patientId":"a","amount":1,"method":"x"}""",
    };

    private static readonly Role[] Staff =
        [Role.Admin, Role.Provider, Role.Nurse, Role.MedicalAssistant, Role.FrontDesk, Role.Billing, Role.Lab, Role.Pharmacy];

    [Fact]
    public async Task A_token_is_refused_at_each_route_that_its_scopes_do_not_reach_and_one_without_scopes_at_all()
    {
        var clinic = await Clinic.Open(server);
        (await (await clinic.Admin()).Put("Patient/a", Sample.Patient("Canary", "a"))).Is(201);
        var tokens = new ScopedTokens(clinic);
        var wrong = new List<string>();
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var routes = Routes().ToList();
        foreach (var role in Staff)
        {
            var none = await tokens.OfUser(role, "openid fhirUser");
            var other = await tokens.OfUser(role, Other);
            var all = await tokens.OfUser(role, "user/*.cruds");
            foreach (var (method, pattern) in routes)
            {
                var route = $"{method} {pattern}";
                var refused = await Ask(none, method, pattern);
                if (refused.Status != 403) wrong.Add($"{route} without scopes as {role}: {refused.Status} {refused.Text}");
                var answer = await Ask(other, method, pattern);
                if (answer.Status != 403 && !Reasons.ContainsKey(pattern) && !Reasons.ContainsKey(route))
                    wrong.Add($"{route} by {Other} as {role}: {answer.Status} {answer.Text}");
                if (answer.Text.Contains("Canary", StringComparison.Ordinal)) wrong.Add($"{route} shows: {answer.Text}");
                if ((await Ask(all, method, pattern)).Status != 403) reached.Add(route);
            }
        }

        foreach (var (method, pattern) in routes)
        {
            // Else a refusal says nothing of the scopes.
            if (!reached.Contains($"{method} {pattern}")) wrong.Add($"{method} {pattern} is refused to tokens of all scopes too");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Select(text => text[..Math.Min(200, text.Length)])));
    }

    private IEnumerable<(string Method, string Pattern)> Routes()
    {
        var endpoints = ((IEndpointRouteBuilder)server.House.App).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.Any(each => each.GetType().Name == "ScopesAccepted")).ToList();
        Assert.True(endpoints.Count > 60, "the routes were not found");
        foreach (var endpoint in endpoints)
        {
            foreach (var method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"])
                yield return (method, $"/{endpoint.RoutePattern.RawText!.Trim('/')}");
        }
    }

    private static Task<Answer> Ask(Person who, string method, string pattern)
    {
        var path = PathOf(pattern);
        if (Queries.TryGetValue(pattern, out var query) && method != "POST") path += $"?{query}";
        var isFhir = path.StartsWith("/fhir", StringComparison.Ordinal);
        var isForm = pattern.EndsWith("_search", StringComparison.Ordinal);
        var body = method is "GET" or "HEAD" or "DELETE" ? null
            : isForm ? (pattern == "/fhir/_search" ? "_type=Observation" : "_count=10")
            : Bodies.GetValueOrDefault($"{method} {pattern}", isFhir ? """{"resourceType":"Parameters"}""" : "{}");
        return who.Send(new HttpMethod(method), path, body, request =>
        {
            request.Headers.TryAddWithoutValidation("Prefer", "respond-async");
            if (request.Content is not { } content) return;
            if (isForm) content.Headers.ContentType = new("application/x-www-form-urlencoded");
            else if (body == Patch) content.Headers.ContentType = new("application/json-patch+json");
            else if (!isFhir) content.Headers.ContentType = new("application/json");
        });
    }

    private static string PathOf(string pattern)
    {
        var type = pattern.Contains("$everything", StringComparison.Ordinal) || pattern.Contains("$match", StringComparison.Ordinal)
            ? "Patient" : "Observation";
        foreach (var (name, value) in new[]
        {
            ("{**rest}", "no/such/way/at/all"), ("{type}", type), ("{of}", "Patient"), ("{ofId}", "a"), ("{version}", "1"),
        })
        {
            pattern = pattern.Replace(name, value, StringComparison.Ordinal);
        }

        while (pattern.IndexOf('{', StringComparison.Ordinal) is >= 0 and var from)
            pattern = $"{pattern[..from]}a{pattern[(pattern.IndexOf('}', StringComparison.Ordinal) + 1)..]}";
        return pattern;
    }

    private const string Observation = """
        {"resourceType":"Observation","id":"a","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/a"}}
        """;

    private const string Patch = """[{"op":"add","path":"/status","value":"final"}]""";

    private const string Meta = """
        {"resourceType":"Parameters","parameter":[{"name":"meta","valueMeta":{"tag":[{"system":"http://x.example","code":"x"}]}}]}
        """;
}

public sealed class ScopelessTokenOnSqlite(SqliteFhirServer server) : ScopelessTokenTests(server);

public sealed class ScopelessTokenOnPostgres(PostgresFhirServer server) : ScopelessTokenTests(server);
