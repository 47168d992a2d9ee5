using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Server.Tests.Isolation;

/// <summary>
/// Every JSON body that an endpoint takes, with a field more that belongs to the server: refused or ignored, and never taken. An endpoint
/// that takes a body and is not in the table fails.
/// </summary>
public abstract class MassAssignmentTests(Engine engine)
{
    private static readonly (string Name, string Json)[] Extras =
    [
        ("tenant", "\"south\""), ("tenantId", "\"south\""), ("tenant_id", "\"south\""), ("id", "\"chosen-id\""),
        ("userId", "\"chosen-user\""), ("role", "\"admin\""), ("roles", "[\"admin\"]"), ("patientId", "\"south-record\""),
        ("patient", "\"south-record\""), ("practitionerId", "\"chosen\""), ("seesSensitive", "true"), ("sensitive", "true"),
        ("sessionId", "\"chosen\""), ("sid", "\"chosen\""), ("sender", "\"chosen\""), ("createdAt", "\"2000-01-01T00:00:00Z\""),
        ("versionId", "\"77\""), ("lastUpdated", "\"2000-01-01T00:00:00Z\""), ("meta", "{\"versionId\":\"77\"}"), ("disabled", "false"),
        ("grantedBy", "\"chosen\""), ("confirmed", "true"), ("secret", "\"chosen\""), ("door", "\"staff\""), ("isAdmin", "true"),
    ];

    [Fact]
    public async Task A_field_of_the_servers_is_refused_or_ignored()
    {
        await using var server = await Start();
        var (north, south) = (await Side.Open(server, "north"), await Side.Open(server, "south"));
        var before = await People(south);
        var asked = 0;

        foreach (var body in TakenBodies.Rows)
        {
            foreach (var (name, json) in Extras)
            {
                if (body.Own.Contains(name)) continue;
                var sent = JsonNode.Parse(body.Json(north))!.AsObject();
                sent[name] = JsonNode.Parse(json);
                var (status, text) = await north.Send(body.By(north), body.Verb, body.Path(north), sent.ToJsonString());
                Assert.True(
                    status is (>= 200 and < 300) or (>= 400 and < 500), $"{body.Verb} {body.Route} with {name}: {status} {text}");
                Assert.DoesNotContain("chosen", text, StringComparison.Ordinal);
                asked++;
            }
        }

        Assert.Equal(before, await People(south));
        // People who were invited meanwhile are what the invitation said.
        foreach (var person in await Users(north))
            Assert.True(!Flag(person, "seesSensitive") || Text(person, "id") == north.Admin.User, person.GetRawText());
        var administrators = (await Users(north)).Where(person => Text(person, "role") == "admin").Select(person => Text(person, "id"));
        Assert.Equal([north.Admin.User], administrators);
        Assert.Equal(TakenBodies.Rows.Sum(body => Extras.Count(extra => !body.Own.Contains(extra.Name))), asked);
    }

    [Fact]
    public async Task What_the_server_says_of_a_resource_is_the_servers()
    {
        await using var server = await Start();
        var north = await Side.Open(server, "north");
        const string resource = """
            {"resourceType":"Observation","id":"chosen-id","status":"final","code":{"text":"c"},
             "meta":{"versionId":"77","lastUpdated":"2000-01-01T00:00:00Z","source":"http://a.example"}}
            """;

        var made = await north.Done(north.Admin, "POST", "/fhir/Observation", resource);

        Assert.NotEqual("chosen-id", Text(made, "id"));
        Assert.Equal("1", Text(made.GetProperty("meta"), "versionId"));
        Assert.NotEqual(2000, made.GetProperty("meta").GetProperty("lastUpdated").GetDateTimeOffset().Year);
        foreach (var (name, json) in Extras.Where(extra => extra.Name is not ("id" or "meta")))
        {
            var sent = JsonNode.Parse("""{"resourceType":"Basic","code":{"text":"c"}}""")!.AsObject();
            sent[name] = JsonNode.Parse(json);
            if (name is "patient" or "sender") sent[name] = "chosen";
            Assert.Equal(400, (await north.Send(north.Admin, "POST", "/fhir/Basic", sent.ToJsonString())).Status);
        }
    }

    [Fact]
    public async Task Every_endpoint_that_takes_a_body_has_a_row()
    {
        await using var server = TestServer.Build();
        var routes = ((IEndpointRouteBuilder)server.App).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .SelectMany(
                endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [],
                (endpoint, verb) => (Verb: verb, Route: endpoint.RoutePattern.RawText!))
            .Where(each => each.Verb is "POST" or "PUT" or "PATCH" && !each.Route.StartsWith("/fhir", StringComparison.Ordinal))
            .Select(each => $"{each.Verb} {each.Route}").ToHashSet(StringComparer.Ordinal);
        var known = TakenBodies.Rows.Select(row => $"{row.Verb} {row.Route}").Concat(TakenBodies.WithoutBody.Keys)
            .ToHashSet(StringComparer.Ordinal);

        Assert.Empty(routes.Except(known));
        Assert.Empty(known.Except(routes));
    }

    private static async Task<string> People(Side side) => string.Join('\n', (await Users(side)).Select(person => person.GetRawText()));

    private static async Task<List<JsonElement>> Users(Side side) =>
        [.. (await side.Done(side.Admin, "GET", "/api/admin/users?limit=100")).GetProperty("items").EnumerateArray()];

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static bool Flag(JsonElement json, string name) =>
        json.TryGetProperty(name, out var flag) && flag.ValueKind == JsonValueKind.True;

    private async Task<TestServer> Start()
    {
        var settings = "--urls http://127.0.0.1:0";
        if (engine == Engine.Postgres) settings += $" --postgres {await PostgresServer.NextDatabase()}";
        return await TestServer.Start(settings);
    }
}

public sealed class MassAssignmentOnSqlite() : MassAssignmentTests(Engine.Sqlite);

public sealed class MassAssignmentOnPostgres() : MassAssignmentTests(Engine.Postgres);
