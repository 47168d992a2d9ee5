using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Tenants;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Server.Tests.Isolation;

/// <summary>
/// Bodies, ids and queries bent at random at every endpoint of the running server: none makes it fail, and each refusal has a code. The
/// seed is printed; VAGUS_FUZZ_SEED chooses another, VAGUS_FUZZ_ROUNDS more bodies for each endpoint.
/// </summary>
public abstract class BentInputTests(Engine engine, ITestOutputHelper output)
{
    private static readonly string[] Texts =
    [
        "%00", "a%00b", "%ED%A0%80", "%F0%9F%98%80", "%C3", "..%2F..", "%27", "-1", "1e9", "99999999999999999999", new string('y', 600),
    ];

    private static readonly string[] Names =
    [
        "limit", "cursor", "offset", "before", "since", "types", "patientId", "userId", "type", "id", "q", "state", "owner", "status",
        "category", "priority", "assignedTo", "unread", "search", "format", "asOf", "wait", "role", "user", "from", "to", "until",
        "resource", "action", "outcome", "proof", "duty", "at", "threadId", "label", "overdue", "snoozed", "following", "team",
    ];

    private readonly int seed = Number("VAGUS_FUZZ_SEED", 20261127);
    private readonly int rounds = Number("VAGUS_FUZZ_ROUNDS", 12);

    [Fact]
    public async Task A_bent_body_is_refused_or_taken_and_never_a_failure()
    {
        await using var server = await Start();
        var side = await Side.Open(server, "north");
        var nasty = new NastyJson(seed);

        foreach (var body in TakenBodies.Rows)
        {
            var whole = body.Json(side);
            string[] broken = [.. FieldsOf(whole).SelectMany(name => new[] { Bent(whole, name, "\\ud800"), Bent(whole, name, "\\u0000") })];
            foreach (var bytes in broken.Select(System.Text.Encoding.UTF8.GetBytes)
                         .Concat(Enumerable.Range(0, rounds).Select(_ => nasty.Next(whole))))
            {
                await Check(server, body.By(side), body.Verb, body.Path(side), bytes);
            }
        }
    }

    [Fact]
    public async Task A_bent_form_of_OAuth_is_refused_and_never_a_failure()
    {
        await using var server = await Start();
        var side = await Side.Open(server, "north");
        var random = new Random(seed);
        string[] fields =
        [
            "grant_type", "code", "redirect_uri", "client_id", "client_secret", "client_assertion", "client_assertion_type", "refresh_token",
            "code_verifier", "scope", "token", "token_type_hint", "response_type", "state", "aud", "launch", "ticket", "email", "password",
            "patient", "allow", "challenge",
        ];
        string[] values = [.. Texts, "authorization_code", "client_credentials", "refresh_token", side.Ids["app"], "a.b.c", "%7B%7D"];

        foreach (var route in TakenBodies.WithoutBody.Keys.Where(key => key.StartsWith("POST /oauth/", StringComparison.Ordinal)))
        {
            for (var round = 0; round < 4 * rounds; round++)
            {
                var sent = fields.Where(_ => random.Next(2) == 0).Select(field => $"{field}={values[random.Next(values.Length)]}");
                using var form = new StringContent(string.Join('&', sent));
                form.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");
                using var answer = await server.Http.PostAsync(new Uri(server.Address, route["POST ".Length..]), form);
                Assert.True((int)answer.StatusCode < 500, $"seed {seed}: {route} {await form.ReadAsStringAsync()}: {answer.StatusCode}");
            }
        }
    }

    [Fact]
    public async Task A_bent_value_of_a_setting_is_refused_or_taken_and_never_a_failure()
    {
        await using var server = await Start();
        var side = await Side.Open(server, "north");
        var nasty = new NastyJson(seed);
        string[] values =
        [
            """{"nurse":{"read":["Communication"]},"patient":"open"}""",
            """{"levels":[{"role":"provider","minutes":10}],"readBack":true}""",
            """{"undoSeconds":5,"calendar":{"timeZone":"UTC","week":{"monday":["08:00-12:00"]}},"targets":[{"minutes":60}],"routing":[{"category":"general","team":"x"}]}""",
            """[{"code":"2823-3","low":2.5,"high":6.5,"unit":"mmol/L"}]""", """{"on":true,"quotaBytes":1048576,"ages":[12,18]}""",
        ];

        foreach (var name in server.Get<IEnumerable<SettingRule>>().Select(rule => rule.Setting).Distinct(StringComparer.Ordinal))
        {
            for (var round = 0; round < 4 * rounds; round++)
                await Check(server, side.Admin, "PUT", $"/api/admin/settings/{name}", nasty.Next(values));
        }
    }

    [Fact]
    public async Task A_bent_id_or_query_is_refused_or_taken_and_never_a_failure()
    {
        await using var server = await Start();
        var side = await Side.Open(server, "north");
        var random = new Random(seed);
        var asked = 0;

        foreach (var (verb, route) in Routes(server.App))
        {
            foreach (var by in new[] { side.Admin, side.Patient })
            {
                if (route.Contains('{', StringComparison.Ordinal))
                    foreach (var text in Texts) await Ask(by, Filled(route, text));
                if (verb != "GET") continue;
                foreach (var name in Names) await Ask(by, $"{Filled(route, "x")}?{name}={Texts[random.Next(Texts.Length)]}");
            }

            async Task Ask(Signed by, string path)
            {
                await Check(server, by, verb, path, verb is "GET" or "DELETE" ? null : "{}"u8.ToArray());
                asked++;
            }
        }

        output.WriteLine($"{asked} ids and queries");
        Assert.InRange(asked, 2_000, int.MaxValue);
    }

    private async Task Check(TestServer server, Signed by, string verb, string path, byte[]? body)
    {
        var root = server.Address.GetLeftPart(UriPartial.Authority);
        using var request = new HttpRequestMessage(new HttpMethod(verb), new Uri($"{root}{path}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", by.Token);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        using var answer = await server.Http.SendAsync(request);
        var (status, text) = ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
        var what = $"seed {seed}: {verb} {path} {(body is null ? "" : Convert.ToBase64String(body))}: {status} {text}";
        // 503 says that something else is not there or busy; nothing is, here.
        Assert.True(status < 500, what);
        if (status is < 400 or 414 || text.Length == 0) return;
        Assert.True(answer.Content.Headers.ContentType?.MediaType == "application/problem+json", what);
        Assert.True(JsonElement.Parse(text).GetProperty("code").ValueKind == JsonValueKind.String, what);
    }

    private static IEnumerable<(string Verb, string Route)> Routes(WebApplication app) =>
        ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .SelectMany(
                endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [],
                (endpoint, verb) => (verb, Route: endpoint.RoutePattern.RawText!))
            .Where(each => each.verb is "GET" or "POST" or "PUT" or "PATCH" or "DELETE")
            // FHIR has tests of its own; the forms of OAuth and the web apps answer with pages.
            .Where(each => each.Route.StartsWith("/api/", StringComparison.Ordinal));

    private static string Filled(string route, string text)
    {
        while (route.IndexOf('{') is >= 0 and var from) route = route[..from] + text + route[(route.IndexOf('}', from) + 1)..];
        return route;
    }

    private static IEnumerable<string> FieldsOf(string json) =>
        JsonElement.Parse(json).EnumerateObject().Where(field => field.Value.ValueKind == JsonValueKind.String).Select(field => field.Name);

    /// <summary>The body with something at the end of one text.</summary>
    private static string Bent(string json, string name, string escape)
    {
        var value = JsonElement.Parse(json).GetProperty(name).GetRawText();
        return json.Replace($"\"{name}\":{value}", $"\"{name}\":{value[..^1]}{escape}\"", StringComparison.Ordinal);
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    private async Task<TestServer> Start()
    {
        output.WriteLine($"seed {seed}");
        var settings = "--urls http://127.0.0.1:0";
        if (engine == Engine.Postgres) settings += $" --postgres {await PostgresServer.NextDatabase()}";
        return await TestServer.Start(settings);
    }
}

public sealed class BentInputOnSqlite(ITestOutputHelper output) : BentInputTests(Engine.Sqlite, output);

public sealed class BentInputOnPostgres(ITestOutputHelper output) : BentInputTests(Engine.Postgres, output);
