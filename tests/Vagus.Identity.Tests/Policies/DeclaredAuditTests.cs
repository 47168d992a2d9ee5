using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.AuditReading;
using Vagus.Access.Policies;
using Vagus.Identity.Administration;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Tests.Policies;

/// <summary>
/// Made from the endpoints themselves: each that declares what it audits is called once, and the entry is looked for. The calls stand in
/// <see cref="AuditedCalls"/>; an endpoint without a row fails.
/// </summary>
public abstract partial class DeclaredAuditTests(Engine engine)
{
    private const string Staff = "/api/auth";
    private const string Portal = "/api/patient-portal/auth";

    [Fact]
    public async Task A_call_of_each_endpoint_that_declares_an_action_leaves_an_entry_of_it()
    {
        await using var clinic = await Open();
        var endpoints = Audited(clinic);
        Assert.True(endpoints.Count > 40, "The endpoints were not found.");

        var faults = new List<string>();
        foreach (var (endpoint, method) in endpoints.SelectMany(endpoint => MethodsOf(endpoint).Select(method => (endpoint, method))))
        {
            if (await Fault(clinic, endpoint, method) is { } fault) faults.Add($"{method} {endpoint.RoutePattern.RawText}: {fault}");
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    private static async Task<string?> Fault(TestClinic clinic, RouteEndpoint endpoint, string method)
    {
        var route = endpoint.RoutePattern.RawText!;
        var door = route.StartsWith(Portal, StringComparison.Ordinal) ? Portal : Staff;
        var key = route.StartsWith(door + "/", StringComparison.Ordinal) ? route[door.Length..] : route;
        if (!AuditedCalls.All.TryGetValue($"{method} {key.TrimEnd('/')}", out var call)) return "it has no row in the table of calls";

        // The throttle of sign-ins fills again.
        clinic.Clock.Advance(TimeSpan.FromMinutes(2));
        var email = door == Portal ? "pat@example.org" : "boss@example.org";
        var visit = new Visit(clinic, door, email, await clinic.Login(email, path: $"{door}/login"));
        var body = await call.Body(visit);
        var isOpen = endpoint.Metadata.GetMetadata<EntryRule>() is { OpenBecause: not null };
        TenantId[] logs = isOpen ? [TestClinic.North, AuditTrail.System] : [TestClinic.North];
        var before = await Task.WhenAll(logs.Select(log => Read(clinic, log)));

        var bearer = isOpen && !route.EndsWith("/logout", StringComparison.Ordinal) ? null : visit.Login.AccessToken;
        var answer = await Send(clinic, new HttpMethod(method), PathOf(route, visit), body, bearer);

        if (answer.Status != call.Status) return $"it answered {answer.Status} {answer.Text}, and {call.Status} was expected";
        var action = endpoint.Metadata.GetMetadata<AuditRule>()!.Action!;
        var after = await Task.WhenAll(logs.Select(log => Read(clinic, log)));
        var left = after.SelectMany((log, number) => log.Skip(before[number].Count)).Select(entry => entry.Action).ToList();
        return left.Contains(action) || left.Contains(AuditActions.RefusedAtDoor)
            ? null : $"it declares {action} and left [{string.Join(' ', left)}]";
    }

    private static Task<Answer> Send(TestClinic clinic, HttpMethod method, string path, object? body, string? bearer)
    {
        if (body is not FilledForm form) return clinic.Send(method, path, body, bearer);
        return clinic.Send(method, path, bearer: bearer, change: request =>
        {
            request.Content = new FormUrlEncodedContent(form.Fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
            if (form.Cookie is not null) request.Headers.Add("Cookie", form.Cookie);
        });
    }

    private static string PathOf(string route, Visit visit) => Parameter().Replace(
        route,
        found => visit.Values.GetValueOrDefault(found.Groups["name"].Value) ?? found.Groups["name"].Value switch
        {
            "patientId" => "p2",
            "proxyId" => "pat",
            "name" => "sign-in",
            "index" => "0",
            "userId" or "id" => "ann",
            var other => other,
        });

    private static List<RouteEndpoint> Audited(TestClinic clinic) =>
    [
        .. clinic.Get<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<AuditRule>()?.Action is not null),
    ];

    private static IReadOnlyList<string> MethodsOf(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods;

    private static async Task<List<AuditEntry>> Read(TestClinic clinic, TenantId tenant)
    {
        var page = await clinic.Get<AuditReader>().Search(tenant, new AuditFilter(), before: null, count: 10_000, default);
        return [.. page.Entries.Select(recorded => recorded.Entry).Reverse()];
    }

    private async Task<TestClinic> Open()
    {
        var clinic = await TestClinic.Open(engine);
        await clinic.AddUser("boss@example.org", Role.Admin, id: "boss");
        await clinic.AddUser("ann@example.org", Role.Nurse, id: "ann");
        await clinic.AddUser("pat@example.org", Role.Patient, patient: "p1", id: "pat");
        clinic.Patients.Add(TestClinic.North, "p1");
        clinic.Patients.Add(TestClinic.North, "p2");
        await clinic.Get<ServiceAccounts>().Add(
            AuditActor.Operator, TestClinic.North, new NewServiceAccount("Machine") { Id = "machine" }, default);
        return clinic;
    }

    [GeneratedRegex(@"\{(?<name>\w+)(:\w+)?\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Parameter();
}

public sealed class DeclaredAuditOnSqlite() : DeclaredAuditTests(Engine.Sqlite);

public sealed class DeclaredAuditOnPostgres() : DeclaredAuditTests(Engine.Postgres);
