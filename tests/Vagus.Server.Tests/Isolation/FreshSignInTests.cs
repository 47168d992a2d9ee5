using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Policies;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;
using Vagus.Testing;

namespace Vagus.Server.Tests.Isolation;

/// <summary>Every door of the running server that demands a fresh sign-in. A door that the table does not know fails.</summary>
public abstract class FreshSignInTests(Engine engine)
{
    private const string Refused = "fresh_sign_in_required";

    private static readonly Statement Age = new("update access_session set authenticated_at = 1 where tenant_id = @tenant_id");

    /// <summary>Who comes to the door; its ids need not exist, for what is demanded is asked first.</summary>
    private static readonly Dictionary<string, Func<Side, Signed>> Doors = new(StringComparer.Ordinal)
    {
        ["POST /api/admin/apps"] = Admin,
        ["PATCH /api/admin/apps/{clientId}"] = Admin,
        ["POST /api/patients/{patientId}/proxies"] = Admin,
        ["POST /api/patients/{patientId}/proxies/{proxyId}/confirmation"] = Admin,
        ["DELETE /api/patients/{patientId}/proxies/{proxyId}"] = Admin,
        ["POST /api/patient-messages/threads/{id}/holds"] = Admin,
        ["DELETE /api/patient-messages/threads/{id}/holds/{holdId}"] = Admin,
        ["GET /fhir/$export"] = Admin,
        ["POST /fhir/$export"] = Admin,
        ["GET /fhir/Patient/$export"] = Admin,
        ["POST /fhir/Patient/$export"] = Admin,
        ["GET /fhir/Group/{id}/$export"] = Admin,
        ["POST /fhir/Group/{id}/$export"] = Admin,
        ["POST /api/patients/{patientId}/break-glass"] = side => side.Clinician,
        ["PUT /api/admin/settings/{name}"] = Admin,
        ["POST /api/admin/users"] = Admin,
        ["PATCH /api/admin/users/{userId}"] = Admin,
        ["POST /api/admin/users/{userId}/invitation"] = Admin,
        ["DELETE /api/admin/users/{userId}/sessions"] = Admin,
        ["DELETE /api/admin/sessions/{id}"] = Admin,
        ["POST /api/admin/users/{id}/factor-reset"] = Admin,
        ["DELETE /api/admin/users/{id}/factor-reset"] = Admin,
        ["POST /api/admin/service-accounts"] = Admin,
        ["POST /api/admin/service-accounts/{userId}/secrets"] = Admin,
        ["DELETE /api/admin/service-accounts/{userId}/secrets/{secretId}"] = Admin,
        ["POST /api/auth/password"] = Admin,
        ["POST /api/patient-portal/auth/password"] = side => side.Patient,
        ["POST /api/auth/factors/totp"] = Admin,
        ["POST /api/auth/factors/totp/{id}/confirmation"] = Admin,
        ["POST /api/auth/factors/passkeys/options"] = Admin,
        ["POST /api/auth/factors/passkeys"] = Admin,
        ["POST /api/auth/factors/recovery-codes"] = Admin,
        ["DELETE /api/auth/factors/{id}"] = Admin,
        ["POST /api/patient-portal/auth/factors/totp"] = side => side.Patient,
        ["POST /api/patient-portal/auth/factors/totp/{id}/confirmation"] = side => side.Patient,
        ["POST /api/patient-portal/auth/factors/passkeys/options"] = side => side.Patient,
        ["POST /api/patient-portal/auth/factors/passkeys"] = side => side.Patient,
        ["POST /api/patient-portal/auth/factors/recovery-codes"] = side => side.Patient,
        ["DELETE /api/patient-portal/auth/factors/{id}"] = side => side.Patient,
    };

    [Fact]
    public async Task Every_door_that_demands_a_fresh_sign_in_has_a_row()
    {
        await using var server = TestServer.Build();

        var demanded = ((IEndpointRouteBuilder)server.App).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<RequiresFreshSignIn>() is not null)
            .SelectMany(
                endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["*"],
                (endpoint, verb) => $"{verb} {endpoint.RoutePattern.RawText!.TrimEnd('/')}");

        Assert.Equal(Doors.Keys.Order(StringComparer.Ordinal), demanded.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_old_session_is_refused_at_each_door_and_a_fresh_one_is_not()
    {
        await using var server = await Start();
        var side = await Side.Open(server, "north");

        foreach (var (door, by) in Doors)
        {
            var fresh = await Ask(side, by(side), door);
            Assert.False(IsRefusal(fresh), $"{door}: {fresh}");
        }

        await GrowOld(server);

        foreach (var (door, by) in Doors)
        {
            var old = await Ask(side, by(side), door);
            Assert.True(IsRefusal(old), $"{door}: {old}");
        }
    }

    [Fact]
    public async Task A_program_is_fresh_by_signing_in_with_its_secret_and_has_no_other_way()
    {
        await using var server = await Start();
        var side = await Side.Open(server, "north");
        var account = await side.Done(side.Admin, "POST", "/api/admin/service-accounts", """{"name":"exporter"}""");
        var credentials = new
        {
            clientId = account.GetProperty("clientId").GetString(), clientSecret = account.GetProperty("clientSecret").GetString(), tenant = "north",
        };
        var first = await SignIn(server, credentials);

        var fresh = await side.Send(first, "GET", "/fhir/$export");
        await GrowOld(server);
        var old = await side.Send(first, "GET", "/fhir/$export");
        var stepped = await side.Send(first, "POST", "/api/auth/step-up", """{"password":"twelve yellow tractors"}""");
        var again = await side.Send(await SignIn(server, credentials), "GET", "/fhir/$export");

        Assert.Equal((202, true), (fresh.Status, IsRefusal(old)));
        Assert.InRange(stepped.Status, 400, 499);
        Assert.Equal(202, again.Status);
    }

    private static Signed Admin(Side side) => side.Admin;

    private static Task<(int Status, string Text)> Ask(Side side, Signed by, string door)
    {
        var (verb, route) = (door.Split(' ')[0], door.Split(' ')[1]);
        while (route.IndexOf('{', StringComparison.Ordinal) is >= 0 and var from)
            route = route[..from] + "none" + route[(route.IndexOf('}', StringComparison.Ordinal) + 1)..];
        return side.Send(by, verb, route, verb is "GET" or "DELETE" ? null : "{}");
    }

    /// <summary>An OperationOutcome has no place for our code: there it says the same in words.</summary>
    private static bool IsRefusal((int Status, string Text) answer)
    {
        if (answer.Status != 401) return false;
        var json = JsonElement.Parse(answer.Text);
        return json.TryGetProperty("code", out var code)
            ? code.GetString() == Refused
            : json.GetProperty("issue")[0].GetProperty("diagnostics").GetString()!.StartsWith("Prove once more", StringComparison.Ordinal);
    }

    private static async Task GrowOld(TestServer server)
    {
        var aged = await server.Get<GroupCommit>().Write<int>(
            new TenantId("north"), async (write, cancel) => await write.Execute(Age, ["north"], cancel), CancellationToken.None);
        Assert.True(aged.Value > 0);
    }

    private static async Task<Signed> SignIn(TestServer server, object credentials)
    {
        using var answer = await server.Http.PostAsJsonAsync(new Uri(server.Address, "/api/auth/login"), credentials);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return new Signed("", body.GetProperty("accessToken").GetString()!);
    }

    private async Task<TestServer> Start()
    {
        var settings = "--urls http://127.0.0.1:0";
        if (engine == Engine.Postgres) settings += $" --postgres {await PostgresServer.NextDatabase()}";
        return await TestServer.Start(settings);
    }
}

public sealed class FreshSignInOnSqlite() : FreshSignInTests(Engine.Sqlite);

public sealed class FreshSignInOnPostgres() : FreshSignInTests(Engine.Postgres);
