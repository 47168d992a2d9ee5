using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Vagus.Access.Tenants;
using Vagus.Identity.Administration;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Testing;

namespace Vagus.Server.Tests;

/// <summary>
/// Portal accounts and proxies over the whole server: the patients' records are FHIR's, and what an account reaches is what FHIR shows.
/// </summary>
public abstract class PortalJourneyTests(Engine engine)
{
    private const string Portal = "/api/patient-portal/auth";
    private const string Password = "twelve yellow tractors";

    [Fact]
    public async Task An_invitation_needs_the_record_and_the_account_reads_it_and_no_other()
    {
        await using var server = await Start();
        var desk = await SignIn(server, "north", Role.FrontDesk);
        await PutPatient(server, desk, "pat", "1980-02-29");
        await PutPatient(server, desk, "other", "1981-01-01");

        Assert.Equal(HttpStatusCode.NotFound, (await Invite(server, desk, "nobody", "x@example.org")).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await Invite(server, desk, "pat", "pat@example.org")).StatusCode);
        var token = await MailedToken(server, "pat@example.org");
        using var wrong = await Post(server, $"{Portal}/activate", new { token, birthDate = "1980-02-28", password = Password });
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        using var activated = await Post(server, $"{Portal}/activate", new { token, birthDate = "1980-02-29", password = Password });

        Assert.Equal(HttpStatusCode.OK, activated.StatusCode);
        var patient = await Token(activated);
        Assert.Equal(HttpStatusCode.OK, await Status(server, patient, "/fhir/Patient/pat"));
        Assert.Equal(HttpStatusCode.NotFound, await Status(server, patient, "/fhir/Patient/other"));
        Assert.Equal(HttpStatusCode.Forbidden, await Status(server, patient, "/api/admin/users"));
    }

    [Fact]
    public async Task A_parent_sees_the_record_of_a_young_child_whole_and_that_of_an_adolescent_in_part()
    {
        await using var server = await Start();
        var nurse = await SignIn(server, "north", Role.Nurse);
        var provider = await SignIn(server, "north", Role.Provider);
        var today = DateTimeOffset.UtcNow;
        foreach (var (id, age) in new[] { ("young", 5), ("adolescent", 14) })
        {
            await PutPatient(server, nurse, id, $"{today.AddYears(-age):yyyy-MM-dd}");
            await Put(server, nurse, $"Condition/c-{id}", new
            {
                resourceType = "Condition", id = $"c-{id}", subject = new { reference = $"Patient/{id}" },
                code = new { text = "x" },
            });
            await Put(server, nurse, $"Immunization/i-{id}", new
            {
                resourceType = "Immunization", id = $"i-{id}", status = "completed", vaccineCode = new { text = "x" },
                patient = new { reference = $"Patient/{id}" }, occurrenceDateTime = "2025-01-01",
            });
        }

        await AddUser(server, "north", Role.Patient, "mum@example.org", "mum-record");
        foreach (var id in new[] { "young", "adolescent" })
        {
            using var granted = await Post(
                server, $"/api/patients/{id}/proxies", new { email = "mum@example.org", relationship = "parent" }, nurse);
            Assert.Equal(HttpStatusCode.Created, granted.StatusCode);
        }

        Assert.Equal("404 404 404", await Seen(server, await SignInAs(server, "mum@example.org", $"{Portal}/login"), "young"));
        foreach (var id in new[] { "young", "adolescent" })
        {
            var proxy = (await Proxies(server, id, nurse)).Single();
            using var confirmed = await Post(server, $"/api/patients/{id}/proxies/{proxy}/confirmation", new { }, provider);
            Assert.Equal(HttpStatusCode.OK, confirmed.StatusCode);
        }

        var mum = await SignInAs(server, "mum@example.org", $"{Portal}/login");

        Assert.Equal("200 200 200", await Seen(server, mum, "young"));
        Assert.Equal("200 404 200", await Seen(server, mum, "adolescent"));
        Assert.Equal(["i-adolescent", "i-young"], await Found(server, mum, "Immunization"));
        Assert.Equal(["c-young"], await Found(server, mum, "Condition"));
    }

    private static async Task<List<string>> Proxies(TestServer server, string patient, string bearer)
    {
        using var answer = await Send(server, HttpMethod.Get, $"/api/patients/{patient}/proxies", null, bearer);
        var page = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return [.. page.GetProperty("items").EnumerateArray().Select(proxy => proxy.GetProperty("id").GetString()!)];
    }

    private static async Task<string> Seen(TestServer server, string bearer, string patient)
    {
        var record = await Status(server, bearer, $"/fhir/Patient/{patient}");
        var condition = await Status(server, bearer, $"/fhir/Condition/c-{patient}");
        var immunization = await Status(server, bearer, $"/fhir/Immunization/i-{patient}");
        return $"{(int)record} {(int)condition} {(int)immunization}";
    }

    private static async Task<List<string?>> Found(TestServer server, string bearer, string type)
    {
        using var answer = await Send(server, HttpMethod.Get, $"/fhir/{type}", null, bearer);
        var bundle = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return [.. bundle.GetProperty("entry").EnumerateArray()
            .Select(entry => entry.GetProperty("resource").GetProperty("id").GetString()).Order(StringComparer.Ordinal)];
    }

    private async Task<TestServer> Start()
    {
        var settings = "--urls http://127.0.0.1:0";
        if (engine == Engine.Postgres) settings += $" --postgres {await PostgresServer.NextDatabase()}";
        var server = await TestServer.Start(settings);
        await server.Get<AddTenant>().Add("north", "North", default);
        return server;
    }

    private static async Task AddUser(TestServer server, string tenant, Role role, string email, string? patient = null)
    {
        var user = new NewUser(new TenantId(tenant), email, "Somebody", role)
        {
            Password = Password, Patient = patient is null ? null : new PatientId(patient),
        };
        Assert.False((await server.Get<AddUser>().Add(user, default)).IsRefused);
    }

    private static async Task<string> SignIn(TestServer server, string tenant, Role role)
    {
        await AddUser(server, tenant, role, $"{role}@example.org");
        return await SignInAs(server, $"{role}@example.org", "/api/auth/login");
    }

    private static async Task<string> SignInAs(TestServer server, string email, string path)
    {
        using var answer = await Post(server, path, new { email, password = Password });
        return await Token(answer);
    }

    private static Task<HttpResponseMessage> Invite(TestServer server, string bearer, string patient, string email) =>
        Post(server, $"/api/patients/{patient}/portal-invitation", new { email }, bearer);

    private static Task PutPatient(TestServer server, string bearer, string id, string birthDate) =>
        Put(server, bearer, $"Patient/{id}", new
        {
            resourceType = "Patient", id, birthDate, name = new[] { new { family = "Smith", given = new[] { "Pat" } } },
        });

    private static async Task Put(TestServer server, string bearer, string path, object resource)
    {
        using var answer = await Send(server, HttpMethod.Put, $"/fhir/{path}", resource, bearer);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static async Task<HttpStatusCode> Status(TestServer server, string bearer, string path)
    {
        using var answer = await Send(server, HttpMethod.Get, path, null, bearer);
        return answer.StatusCode;
    }

    private static Task<HttpResponseMessage> Post(TestServer server, string path, object body, string? bearer = null) =>
        Send(server, HttpMethod.Post, path, body, bearer);

    private static async Task<HttpResponseMessage> Send(TestServer server, HttpMethod method, string path, object? body, string? bearer)
    {
        using var request = new HttpRequestMessage(method, new Uri(server.Address, path));
        if (body is not null) request.Content = JsonContent.Create(body);
        if (bearer is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        return await server.Http.SendAsync(request);
    }

    private static async Task<string> Token(HttpResponseMessage answer) =>
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("accessToken").GetString()!;

    private static async Task<string> MailedToken(TestServer server, string to)
    {
        var waited = Stopwatch.StartNew();
        while (waited.Elapsed < TimeSpan.FromSeconds(30))
        {
            var folder = Path.Combine(server.Folder, "mail");
            var files = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.eml") : [];
            foreach (var file in files)
            {
                var mail = await File.ReadAllTextAsync(file);
                var at = mail.IndexOf("#token=", StringComparison.Ordinal);
                if (at > 0 && mail.Contains(to, StringComparison.Ordinal)) return mail[(at + 7)..].Split('\r', '\n')[0];
            }

            await Task.Delay(20);
        }

        throw new TimeoutException("No mail came.");
    }
}

public sealed class PortalJourneyOnSqlite() : PortalJourneyTests(Engine.Sqlite);

public sealed class PortalJourneyOnPostgres() : PortalJourneyTests(Engine.Postgres);
