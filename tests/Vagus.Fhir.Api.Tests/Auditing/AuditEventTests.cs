using System.Text;
using System.Text.Json;
using Vagus.Access.Audit;
using Vagus.Kernel;

namespace Vagus.Fhir.Api.Tests.Auditing;

/// <summary>The audit as AuditEvents at <c>/fhir</c>: which are found, their form by IHE BALP, and who may see them.</summary>
public abstract class AuditEventTests(FhirServer server)
{
    private const string Canary = "Kanarienvogel";

    [Theory]
    [InlineData("create", "PatientCreate", "C", "110153", "110152", "AUT")]
    [InlineData("read", "PatientRead", "R", "110152", "110153", "IRCP")]
    [InlineData("vread", "PatientRead", "R", "110152", "110153", "IRCP")]
    [InlineData("update", "PatientUpdate", "U", "110153", "110152", "AUT")]
    [InlineData("delete", "PatientDelete", "D", "110150", "custodian", "AUT")]
    [InlineData("search-type", "PatientQuery", "E", "110153", "110152", "IRCP")]
    public async Task Each_interaction_has_the_codes_of_its_profile(
        string subtype, string profile, string action, string client, string serverCode, string user)
    {
        var (_, provider, admin) = await Open();
        (await provider.Put("Patient/p1", Sample.Patient(Canary, "p1"))).Is(201);
        (await provider.Put("Patient/p1", Sample.Patient(Canary, "p1"))).Is(200);
        (await provider.Get("Patient/p1")).Is(200);
        (await provider.Get("Patient/p1/_history/1")).Is(200);
        (await provider.Get($"Patient?family={Canary}")).Is(200);
        (await provider.Delete("Patient/p1")).Is(204);

        var found = (await admin.Get($"AuditEvent?patient=Patient/p1&subtype={subtype}")).Is(200);

        var told = Assert.Single(found.Entries).GetProperty("resource");
        Assert.Equal(
            $"https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.{profile}",
            told.GetProperty("meta").GetProperty("profile")[0].GetString());
        Assert.Equal(("rest", subtype, action, "0"), (
            told.GetProperty("type").GetProperty("code").GetString(), told.GetProperty("subtype")[0].GetProperty("code").GetString(),
            told.GetProperty("action").GetString(), told.GetProperty("outcome").GetString()));
        var agents = told.GetProperty("agent").EnumerateArray().ToList();
        Assert.Equal(
            [serverCode, client, user],
            agents.Select(agent => agent.GetProperty("type").GetProperty("coding")[0].GetProperty("code").GetString()!));
        Assert.Equal([false, false, true], agents.Select(agent => agent.GetProperty("requestor").GetBoolean()));
        Assert.Equal([true, true, false], agents.Select(agent => agent.TryGetProperty("network", out _)));
        Assert.Equal("Patient/p1", Entity(told, "1").GetProperty("what").GetProperty("reference").GetString());
        Assert.Contains(
            "XrequestId",
            told.GetProperty("entity").EnumerateArray().Select(entity => entity.GetProperty("type").GetProperty("code").GetString()));
    }

    [Fact]
    public async Task A_query_has_its_text_and_nothing_that_its_profile_prohibits_and_is_told_once_for_each_patient()
    {
        var (_, provider, admin) = await Open();
        foreach (var id in new[] { "p1", "p2" }) (await provider.Put($"Patient/{id}", Sample.Patient(Canary, id))).Is(201);
        (await provider.Get($"Patient?family={Canary}")).Is(200);

        var all = (await admin.Get("AuditEvent?subtype=search-type")).Is(200);
        var ofOne = (await admin.Get("AuditEvent?subtype=search-type&patient=p2")).Is(200);

        Assert.Equal(2, all.Entries.Count);
        Assert.Equal(2, all.Ids.Distinct().Count());
        Assert.Single(ofOne.Entries);
        var query = Entity(all.Entries[0].GetProperty("resource"), "24");
        Assert.Equal($"Patient?family={Canary}", Encoding.UTF8.GetString(query.GetProperty("query").GetBytesFromBase64()));
        foreach (var prohibited in new[] { "what", "lifecycle", "detail" }) Assert.False(query.TryGetProperty(prohibited, out _));
        foreach (var id in all.Ids) Assert.Equal(id, (await admin.Get($"AuditEvent/{id}")).Is(200).Id);
    }

    [Fact]
    public async Task A_failure_has_its_outcome_and_reason_and_no_profile()
    {
        var (_, provider, admin) = await Open();
        (await provider.Get("Patient/none")).Is(404);

        var told = Assert.Single((await admin.Get("AuditEvent?outcome=4")).Is(200).Entries).GetProperty("resource");

        Assert.Equal(("4", "not-found"), (told.GetProperty("outcome").GetString(), told.GetProperty("outcomeDesc").GetString()));
        Assert.False(told.TryGetProperty("meta", out _));
        Assert.Equal("Patient/none", Entity(told, "4").GetProperty("what").GetProperty("reference").GetString());
    }

    [Fact]
    public async Task Every_action_gives_valid_R4()
    {
        var (clinic, _, admin) = await Open();
        foreach (var action in AuditActions.All)
        {
            foreach (var entry in new[]
            {
                new AuditEntry(action),
                new AuditEntry(action)
                {
                    User = new UserId("u1"), Role = Role.Nurse, Session = new SessionId("s1"), Client = "app", On = "Observation/o1/_history/3",
                    Patients = [new PatientId("p1")], Outcome = AuditOutcome.SeriousFailure, Reason = "no", Address = "::1", Request = "r",
                    Purpose = "TREAT", Detail = "d", SealedQuery = server.Get<AuditSeal>().Query(clinic.Tenant, "a=b"),
                },
            })
            {
                Assert.Null(await server.Get<AuditTrail>().Append(clinic.Tenant, entry));
            }
        }

        var told = (await admin.Get("AuditEvent?_count=200")).Is(200);

        Assert.True(told.Entries.Count >= AuditActions.All.Count * 2);
        // The server validates what it is given before it looks at anything else of a transaction.
        var bundle = $$"""{"resourceType":"Bundle","type":"transaction","entry":[{{string.Join(',', told.Entries.Select(entry =>
            $$$"""{"resource":{{{entry.GetProperty("resource").GetRawText()}}},"request":{"method":"POST","url":"AuditEvent"}}"""))}}]}""";
        (await admin.Post("", bundle)).IsRefused(403, "forbidden");
        (await admin.Post("", bundle.Replace("\"recorded\"", "\"recordd\"", StringComparison.Ordinal))).Is(400);
    }

    [Fact]
    public async Task Agents_entities_dates_and_codes_find_their_events()
    {
        var (clinic, provider, admin) = await Open();
        (await provider.Put("Observation/o1", Sample.Observation("Patient/p1", id: "o1"))).Is(201);
        (await provider.Get("Observation/o1")).Is(200);
        var user = (await AuditedAccess.Of(clinic)).Last(entry => entry.Text("role") == "provider").Text("user");
        var today = DateTime.UtcNow.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

        foreach (var (query, count) in new[]
        {
            ("entity=Observation/o1", 2), ("entity=Observation/o1&action=R&type=rest", 1), ("entity=Observation/o2", 0),
            ("entity=Patient/p1&type=rest", 2),
            ($"agent={user}&type=rest", 2), ("agent=nobody", 0), ("date=ge2020-01-01&entity=Observation/o1&type=rest", 2), ("date=lt2020-01-01", 0),
            ("type=110114&agent=" + user, 1), ("subtype=http://hl7.org/fhir/restful-interaction|create", 1), ("subtype=no-such", 0),
            ("patient=Patient/p1&outcome=0&type=rest", 2), ("patient=p9", 0),
        })
        {
            Assert.Equal((query, count), (query, (await admin.Get($"AuditEvent?{query}")).Is(200).Entries.Count));
        }

        Assert.NotEmpty((await admin.Get($"AuditEvent?date={today}")).Is(200).Entries);
        const string Read = "entity=Observation/o1&action=R&type=rest";
        foreach (var date in new[]
        {
            today[..4], today[..7], $"sa{Yesterday(today)}", "eb9999-12-31", "le9999-12-31", $"ne{Yesterday(today)}", $"ap{today}",
            $"ge{today[..7]}", "ne2020&date=ne2021-05",
        })
        {
            Assert.Equal((date, 1), (date, (await admin.Get($"AuditEvent?{Read}&date={date}")).Is(200).Entries.Count));
        }

        foreach (var date in new[] { $"ne{today}", "9999-12-31", $"eb{today}", $"sa{today}", "2020", "gt9999-12-31" })
        {
            Assert.Equal((date, 0), (date, (await admin.Get($"AuditEvent?{Read}&date={date}")).Is(200).Entries.Count));
        }

        Assert.Equal(2, (await admin.Search("AuditEvent", "entity=Observation/o1&type=rest")).Is(200).Entries.Count);
        foreach (var wrong in new[]
        {
            "name=x", "outcome=5", "date=soon", "date=11/05/2026", "date=xx2026", "date=2026-01-01,2026-01-02", "date=", "_count=0", "_before=x", "patient=a/b", "agent=%00",
        })
        {
            (await admin.Get($"AuditEvent?{wrong}")).IsRefused(400, "invalid");
        }
    }

    private static string Yesterday(string today) => DateTime.Parse(today, System.Globalization.CultureInfo.InvariantCulture).AddDays(-1)
        .ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    [Fact]
    public async Task Pages_follow_each_other_without_a_hole()
    {
        var (_, provider, admin) = await Open();
        (await provider.Put("Patient/p1", Sample.Patient(id: "p1"))).Is(201);
        for (var round = 0; round < 5; round++) (await provider.Get("Patient/p1")).Is(200);

        var ids = new List<string>();
        string? next = "AuditEvent?subtype=read&_count=2";
        while (next is not null)
        {
            var page = (await admin.Get(next)).Is(200);
            ids.AddRange(page.Ids);
            next = page.Next;
        }

        Assert.Equal(5, ids.Count);
        Assert.Equal(ids.Select(long.Parse).OrderDescending(), ids.Select(long.Parse));
    }

    [Fact]
    public async Task Only_an_administrator_sees_them_and_only_the_own_tenants()
    {
        var (_, provider, admin) = await Open();
        var (_, other, _) = await Open();
        (await other.Put("Patient/p1", Sample.Patient(Canary, "p1"))).Is(201);

        foreach (var path in new[] { "AuditEvent", "AuditEvent/0", "Patient/p1/$accounting-of-disclosures" })
            (await provider.Get(path)).IsRefused(403, "forbidden");
        Assert.Empty((await admin.Get("AuditEvent?patient=p1&type=rest")).Is(200).Entries);
        Assert.DoesNotContain(Canary, (await admin.Get("AuditEvent?_count=200")).Is(200).Text, StringComparison.Ordinal);
        foreach (var absent in new[] { "999999", "0-0", "0-7", "x", "-1", "1-2-3" })
            (await admin.Get($"AuditEvent/{absent}")).IsRefused(404, "not-found");
        Assert.Contains(
            "110101", (await admin.Get("AuditEvent?type=110101")).Is(200).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_accounting_of_disclosures_has_what_was_disclosed_and_nothing_else()
    {
        var (clinic, provider, admin) = await Open();
        (await provider.Put("Patient/p1", Sample.Patient(id: "p1"))).Is(201);
        foreach (var patient in new[] { "p1", "p2" })
        {
            var disclosed = new AuditEntry(AuditActions.Disclose) { On = "Patient/p1", Patients = [new PatientId(patient)], Purpose = "PUBHLTH" };
            Assert.Null(await server.Get<AuditTrail>().Append(clinic.Tenant, disclosed));
        }

        var account = (await admin.Get("Patient/p1/$accounting-of-disclosures")).Is(200);

        var told = Assert.Single(account.Entries).GetProperty("resource");
        Assert.Equal("disclose", told.GetProperty("subtype")[0].GetProperty("code").GetString());
        Assert.Equal("Patient/p1", Entity(told, "1").GetProperty("what").GetProperty("reference").GetString());
    }

    private static JsonElement Entity(JsonElement told, string role) => told.GetProperty("entity").EnumerateArray()
        .Single(entity => entity.TryGetProperty("role", out var code) && code.GetProperty("code").GetString() == role);

    private async Task<(Clinic, Person, Person)> Open()
    {
        var clinic = await Clinic.Open(server);
        return (clinic, await clinic.Provider(), await clinic.Admin());
    }
}

public sealed class AuditEventsOnSqlite(SqliteFhirServer server) : AuditEventTests(server);

public sealed class AuditEventsOnPostgres(PostgresFhirServer server) : AuditEventTests(server);
