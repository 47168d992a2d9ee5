using System.Net.Http.Json;
using System.Text.Json;
using Vagus.Access.Audit;
using Vagus.Access.AuditReading;
using Vagus.Access.Tenants;
using Vagus.Kernel;

namespace Vagus.Visibility.Tests;

/// <summary>What a session sees while it has one patient's records open in an emergency: at the FHIR doors and on its sockets.</summary>
public abstract class BreakGlassTests(House house)
{
    [Fact]
    public async Task One_patients_labelled_records_are_read_searched_and_heard_and_nobody_elses()
    {
        var clinic = await house.NewClinic();
        var (boss, nurse) = (await clinic.Has(Role.Admin, sensitive: true), await clinic.Has(Role.Nurse));
        var other = await clinic.Has(Role.Nurse);
        await boss.Write(
            Records.Patient("p1"), Records.Patient("p2"), Lab("a", "p1", Records.Restricted), Lab("b", "p2", Records.Restricted),
            Lab("c", "p1", Records.Part2));
        Assert.Equal((404, 404), ((await nurse.Get("Observation/a")).Status, (await nurse.Get("Observation/a/_history/1")).Status));

        Assert.Equal(201, await Break(nurse, new { reason = "Shock", purpose = "BTG" }));

        await using var raw = await RawListener.Open(house, nurse);
        await using var socket = await SocketListener.Open(house, nurse);
        await using var others = await RawListener.Open(house, other);
        await boss.Write(
            Lab("d", "p1", Records.Restricted, 7.3m), Lab("e", "p2", Records.Restricted, 7.3m), Lab("f", "p1", Records.Part2, 7.3m));
        foreach (var listener in new Listener[] { raw, socket, others }) await listener.Settle(clinic);
        Assert.Equal(["Observation/d"], raw.Updates.Select(heard => heard.Resource));
        Assert.Contains(socket.Events, heard => heard.Text.Contains(Records.Canary("d"), StringComparison.Ordinal));
        Assert.DoesNotContain(socket.All, heard => heard.Text.Contains(Records.Canary("e"), StringComparison.Ordinal));
        Assert.DoesNotContain(socket.All, heard => heard.Text.Contains(Records.Canary("f"), StringComparison.Ordinal));
        Assert.Empty(others.All);
        Assert.Equal(["a", "d"], await Found(nurse));
        foreach (var (id, status) in new[] { ("a", 200), ("b", 404), ("c", 404), ("d", 200), ("e", 404), ("f", 404) })
        {
            var (read, vread) = (await nurse.Get($"Observation/{id}"), await nurse.Get($"Observation/{id}/_history/1"));
            Assert.Equal((id, status, status), (id, read.Status, vread.Status));
        }

        Assert.Empty(await Found(other));
    }

    [Fact]
    public async Task All_that_the_session_does_meanwhile_carries_the_purpose_and_nothing_after_the_end()
    {
        var clinic = await house.NewClinic();
        var (boss, nurse) = (await clinic.Has(Role.Admin, sensitive: true), await clinic.Has(Role.Nurse));
        await boss.Write(Records.Patient("p1"), Lab("a", "p1", Records.Restricted));
        await nurse.Get("Observation/a");
        await Break(nurse, new { reason = "Shock", purpose = "ETREAT" });
        await nurse.Get("Observation/a");
        await nurse.Get("Observation?subject=Patient/p1");

        Assert.Equal(204, await Send(HttpMethod.Delete, nurse, body: null));

        Assert.Equal(404, (await nurse.Get("Observation/a")).Status);
        var page = await house.Get<AuditReader>().Search(
            clinic.Tenant, new AuditFilter(), before: null, count: 100, CancellationToken.None);
        var mine = page.Entries.Select(recorded => recorded.Entry)
            .Where(entry => entry.User == nurse.User && entry.Action != AuditActions.SignIn);
        Assert.Equal(
            ["read TREAT", "break-glass ETREAT", "read ETREAT", "search-type ETREAT", "break-glass-end ETREAT", "read TREAT"],
            mine.Reverse().Select(entry => $"{entry.Action} {entry.Purpose}"));
        var (_, events) = await boss.Get("AuditEvent?patient=p1&type=110113");
        Assert.Equal(
            ["110138 ETREAT", "110127 ETREAT"],
            events.GetProperty("entry").EnumerateArray().Select(entry => entry.GetProperty("resource")).Select(resource =>
                $"{Code(resource.GetProperty("subtype")[0])} {Code(resource.GetProperty("purposeOfEvent")[0].GetProperty("coding")[0])}"));
    }

    [Fact]
    public async Task Live_connections_are_closed_at_the_begin_and_at_the_end_and_come_back_with_what_holds_then()
    {
        var clinic = await house.NewClinic();
        var (boss, nurse) = (await clinic.Has(Role.Admin, sensitive: true), await clinic.Has(Role.Nurse));
        await boss.Write(Records.Patient("p1"));
        await using var before = await RawListener.Open(house, nurse);

        await Break(nurse, new { reason = "Shock", purpose = "BTG" });
        await boss.Write(Lab("a", "p1", Records.Restricted));

        await Assert.ThrowsAnyAsync<InvalidOperationException>(() => before.Settle(clinic));
        await using var during = await RawListener.Open(house, nurse);
        await Send(HttpMethod.Delete, nurse, body: null);
        await boss.Write(Lab("b", "p1", Records.Restricted));
        await Assert.ThrowsAnyAsync<InvalidOperationException>(() => during.Settle(clinic));
        Assert.DoesNotContain(during.Updates, heard => heard.Resource == "Observation/b");
    }

    [Fact]
    public async Task It_lifts_what_the_tenant_takes_away_of_labels_and_adds_no_type()
    {
        var clinic = await house.NewClinic();
        var (boss, nurse) = (await clinic.Has(Role.Admin, sensitive: true), await clinic.Has(Role.Nurse, sensitive: true));
        var policy = JsonElement.Parse("""{"nurse":{"labels":["Restricted"],"read":["Condition"]}}""");
        Assert.False((await house.Get<TenantSettings>().Set(clinic.Tenant, "policy", policy, CancellationToken.None)).IsRefused);
        house.Get<Access.Visibility.TenantPolicies>().Forget(clinic.Tenant);
        await boss.Write(
            Records.Patient("p1"), Lab("a", "p1", Records.Restricted),
            Records.Labelled(Records.Of("Condition", "c", ""","subject":{"reference":"Patient/p1"}"""), Records.Restricted));
        Assert.Equal(404, (await nurse.Get("Observation/a")).Status);

        await Break(nurse, new { reason = "Shock", purpose = "ETREAT" });

        Assert.Equal((200, 403), ((await nurse.Get("Observation/a")).Status, (await nurse.Get("Condition/c")).Status));
    }

    private static string Lab(string id, string patient, string label, decimal value = 4.1m) =>
        Records.Labelled(Records.Lab(id, patient, value), label);

    private static string? Code(JsonElement coding) => coding.GetProperty("code").GetString();

    private static async Task<List<string>> Found(Person person)
    {
        var (_, bundle) = await person.Get("Observation");
        return bundle.TryGetProperty("entry", out var entries)
            ? [.. entries.EnumerateArray().Select(entry => entry.GetProperty("resource").GetProperty("id").GetString()!).Order()] : [];
    }

    private Task<int> Break(Person person, object body) => Send(HttpMethod.Post, person, body);

    private async Task<int> Send(HttpMethod method, Person person, object? body)
    {
        using var request = new HttpRequestMessage(method, new Uri(house.Address, "/api/patients/p1/break-glass"));
        request.Headers.Authorization = new("Bearer", person.Token);
        if (body is not null) request.Content = JsonContent.Create(body);
        using var answer = await house.Http.SendAsync(request);
        return (int)answer.StatusCode;
    }
}

public sealed class BreakGlassOnSqlite(SqliteHouse house) : BreakGlassTests(house);

public sealed class BreakGlassOnPostgres(PostgresHouse house) : BreakGlassTests(house);
