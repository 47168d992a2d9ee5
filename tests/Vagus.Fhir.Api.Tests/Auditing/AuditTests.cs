using Vagus.Access.Audit;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Api.Tests.Auditing;

/// <summary>Every interaction leaves its entry in the tenant's audit log, whatever way it came and however it ended.</summary>
public abstract class AuditTests(FhirServer server)
{
    private const string Canary = "Kanarienvogel";

    [Fact]
    public async Task A_create_and_a_read_name_the_version_the_patient_and_who_from_where()
    {
        var (clinic, provider) = await WithPatient();

        var created = (await provider.Create(Sample.Observation("Patient/p1"))).Is(201);
        (await provider.Get($"Observation/{created.Id}", request => request.Headers.Add("X-Request-Id", "r-1"))).Is(200);

        var log = await Since(clinic, "create Patient/p1");
        var version = $"Observation/{created.Id}/_history/1";
        Assert.Equal([$"create {version} 0", $"read {version} 0"], log.Select(entry => entry.Line));
        Assert.All(log, entry => Assert.Equal(["p1"], entry.Patients));
        Assert.All(log, entry => Assert.Equal(
            ("provider", "TREAT", "127.0.0.1"), (entry.Text("role"), entry.Text("purpose"), entry.Text("address"))));
        Assert.All(log, entry => Assert.NotNull(entry.Text("user") ?? entry.Text("session")));
        Assert.Equal("r-1", log[^1].Text("request"));
    }

    [Fact]
    public async Task Each_interaction_has_its_action()
    {
        var (clinic, provider) = await WithPatient();

        (await provider.Put("Patient/p1", Sample.Patient("Other", "p1"))).Is(200);
        (await provider.Get("Patient/p1/_history/1")).Is(200);
        (await provider.Get("Patient/p1/_history")).Is(200);
        (await provider.Send(HttpMethod.Head, "/fhir/Patient/p1", body: (string?)null)).Is(200);
        (await provider.Get("Patient/p1", request => request.Headers.TryAddWithoutValidation("If-None-Match", "W/\"2\""))).Is(304);
        (await provider.Delete("Patient/p1")).Is(204);
        (await provider.Delete("Patient/p1")).Is(204);

        Assert.Equal(
            [
                "update Patient/p1/_history/2 0", "vread Patient/p1/_history/1 0", "history-instance Patient/p1 0",
                "read Patient/p1/_history/2 0", "read Patient/p1/_history/2 0", "delete Patient/p1/_history/3 0", "delete Patient/p1 0",
            ],
            (await Since(clinic, "create Patient/p1")).Select(entry => entry.Line));
    }

    [Fact]
    public async Task A_version_of_then_is_an_access_to_the_patient_whose_it_was()
    {
        var (clinic, provider) = await WithPatient();
        var admin = await clinic.Admin();
        (await provider.Put("Patient/p2", Sample.Patient("Other", "p2"))).Is(201);
        (await provider.Put("Observation/o1", Sample.Observation("Patient/p1", id: "o1"))).Is(201);
        (await provider.Put("Observation/o1", Sample.Observation("Patient/p2", id: "o1"))).Is(200);

        (await admin.Get("Observation/o1")).Is(200);
        (await admin.Get("Observation/o1/_history/1")).Is(200);
        (await admin.Get("Observation/o1/_history")).Is(200);
        (await admin.Get("Observation/_history")).Is(200);
        (await admin.Get("_history")).Is(200);

        var patients = (await Since(clinic, "update Observation/o1"))
            .Select(entry => string.Join(' ', entry.Patients.Order(StringComparer.Ordinal))).ToList();
        Assert.Equal(["p2", "p1 p2", "p1 p2", "p1 p2", "p1 p2"], patients);
    }

    [Fact]
    public async Task A_record_as_it_was_is_an_access_to_all_whose_it_was_then()
    {
        var (clinic, provider) = await WithPatient();
        (await provider.Put("Patient/p2", Sample.Patient("Other", "p2"))).Is(201);
        var both = Sample.Observation("Patient/p1", id: "o1", more: ""","performer":[{"reference":"Patient/p2"}]""");
        (await provider.Put("Observation/o1", both)).Is(201);
        var then = (await clinic.Log())[^1].Position;
        (await provider.Put("Observation/o1", Sample.Observation("Patient/p1", id: "o1"))).Is(200);

        Assert.Equal(["o1"], (await provider.Get($"Patient/p1/$everything?_asOf={then}&_type=Observation")).Is(200).Ids);

        var read = Assert.Single(await Since(clinic, "update Observation/o1"));
        Assert.Equal(["p1", "p2"], read.Patients.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_search_names_what_it_showed_and_all_patients_and_its_text_is_sealed()
    {
        var (clinic, provider) = await WithPatient(Canary);
        (await provider.Put("Patient/p2", Sample.Patient(Canary, "p2"))).Is(201);

        (await provider.Get($"Patient?family={Canary}")).Is(200);
        (await provider.Search("Patient", $"family={Canary}")).Is(200);
        (await provider.Get($"Patient?family={Canary}&_summary=count")).Is(200);

        var log = await Since(clinic, "create Patient/p2");
        Assert.All(log, entry => Assert.Equal("search-type Patient 0", entry.Line));
        Assert.All(log.Take(2), entry => Assert.Equal(["p2/1", "p1/1"], entry.Shown));
        Assert.All(log.Take(2), entry => Assert.Equal(["p1", "p2"], entry.Patients.Order(StringComparer.Ordinal)));
        Assert.Empty(log[2].Shown);
        Assert.All(log, entry => Assert.DoesNotContain(Canary, entry.Json.GetRawText(), StringComparison.OrdinalIgnoreCase));
        Assert.Equal(
            $"family={Canary}", server.Get<AuditSeal>().OpenQuery(clinic.Tenant, log[0].Json.GetProperty("query").GetBytesFromBase64()));
    }

    [Fact]
    public async Task What_is_refused_and_what_is_not_there_is_in_the_log_too()
    {
        var (clinic, provider) = await WithPatient();
        var driver = await clinic.Has(Vagus.Kernel.Role.Driver);

        (await driver.Get("Claim/c1")).Is(403);
        (await driver.Get("Patient?family=x")).Is(403);
        (await provider.Get("Patient/none")).Is(404);
        (await provider.Get("Nothing/none")).Is(404);
        (await provider.Put("Patient/p1", Sample.Patient(id: "p1"), "W/\"7\"")).Is(412);
        (await provider.Create("""{"resourceType":"Patient","gender":"x"}""")).Is(400);
        (await provider.Delete("Patient/p1")).Is(204);
        (await provider.Get("Patient/p1")).Is(410);

        var log = (await Since(clinic, "create Patient/p1")).Where(entry => entry.Outcome != 0);
        Assert.Equal(
            [
                "read Claim/c1 4", "search-type Patient 4", "read Patient/none 4", "read  4", "update Patient/p1 4", "create Patient 4",
                "read Patient/p1 4",
            ],
            log.Select(entry => $"{entry.Action} {entry.On} {entry.Outcome}"));
        Assert.All(log, entry => Assert.NotNull(entry.Reason));
    }

    [Fact]
    public async Task Every_entry_of_a_bundle_has_its_own()
    {
        var (clinic, provider) = await WithPatient();

        var batch = await provider.Bundle(
            "batch", Sample.Get("Patient/p1"), Sample.Get("Patient/none"), Sample.Get("Patient?_id=p1"),
            Sample.Put(Sample.Patient(id: "p2"), "Patient/p2"));
        Assert.Equal(["200", "404", "200", "201"], batch.Is(200).Statuses);
        (await provider.Bundle("transaction", Sample.Put(Sample.Patient(id: "p3"), "Patient/p3"), Sample.Get("Patient/p1"))).Is(200);
        (await provider.Bundle("transaction", Sample.Put(Sample.Patient(id: "p4"), "Patient/p4"), Sample.Get("Patient/none"))).Is(404);

        var log = (await Since(clinic, "create Patient/p1")).ConvertAll(entry => $"{entry.Action} {entry.On} {entry.Outcome}");
        Assert.Equal(
            [
                "create Patient/p2/_history/1 0", "read Patient/none 4", "read Patient/p1/_history/1 0", "search-type Patient 0",
            ],
            log.Take(4).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["create Patient/p3/_history/1 0", "read Patient/p1/_history/1 0"], log.Skip(4).Take(2).Order(StringComparer.Ordinal));
        Assert.Equal(["transaction  4"], log.Skip(6));
    }

    [Fact]
    public async Task A_resource_that_moves_concerns_the_patients_of_both_records()
    {
        var (clinic, provider) = await WithPatient();
        (await provider.Put("Observation/o", Sample.Observation("Patient/p1", id: "o"))).Is(201);

        (await provider.Put("Observation/o", Sample.Observation("Patient/p9", id: "o"))).Is(200);
        (await provider.Delete("Observation/o")).Is(204);

        var log = await Since(clinic, "create Observation/o");
        Assert.Equal(["p1", "p9"], log[0].Patients.Order(StringComparer.Ordinal));
        Assert.Equal(["p9"], log[1].Patients);
    }

    [Fact]
    public async Task A_request_that_the_door_does_not_let_in_is_in_the_system_log()
    {
        var before = (await AuditedAccess.Of(server, AuditTrail.System)).Count;

        (await new Person(server, "no.such.token").Get("Patient/secret-id")).Is(401);

        var entry = (await AuditedAccess.Of(server, AuditTrail.System)).Skip(before).First(entry => entry.Action == "refused");
        Assert.Equal("refused GET /fhir/{type}/{id} 4 unauthenticated", entry.Line);
        Assert.DoesNotContain("secret-id", entry.Json.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_of_a_tenant_holds_nothing_of_another()
    {
        var (mine, provider) = await WithPatient();
        var (theirs, other) = await WithPatient();
        var (before, beforeTheirs) = ((await AuditedAccess.Of(mine)).Count, (await AuditedAccess.Of(theirs)).Count);

        (await other.Get("Patient/p1")).Is(200);
        Assert.Equal((before, beforeTheirs + 1), ((await AuditedAccess.Of(mine)).Count, (await AuditedAccess.Of(theirs)).Count));
        (await provider.Get("Patient/p1")).Is(200);
        Assert.Equal((before + 1, beforeTheirs + 1), ((await AuditedAccess.Of(mine)).Count, (await AuditedAccess.Of(theirs)).Count));
    }

    private async Task<(Clinic, Person)> WithPatient(string family = "Nobody")
    {
        var clinic = await Clinic.Open(server);
        var provider = await clinic.Provider();
        (await provider.Put("Patient/p1", Sample.Patient(family, "p1"))).Is(201);
        return (clinic, provider);
    }

    /// <summary>The interactions after the last entry that begins so.</summary>
    private static async Task<List<AuditedAccess>> Since(Clinic clinic, string line)
    {
        var log = await AuditedAccess.Of(clinic);
        return [.. log.Skip(log.FindLastIndex(entry => entry.Line.StartsWith(line, StringComparison.Ordinal)) + 1)
            .Where(entry => !entry.Action.StartsWith("sign-", StringComparison.Ordinal))];
    }
}

/// <summary>An access that cannot be recorded does not happen.</summary>
public abstract class UnauditedTests(Engine engine)
{
    private const string Secret = "Unrecorded";

    [Fact]
    public async Task Where_the_audit_cannot_be_written_nothing_is_shown_and_nothing_is_stored()
    {
        await using var server = new FhirServer(engine);
        await server.InitializeAsync();
        var clinic = await Clinic.Open(server);
        var provider = await clinic.Provider();
        (await provider.Put("Patient/p1", Sample.Patient(Secret, "p1"))).Is(201);
        await server.Get<Storage.Writing.GroupCommit>().Write<bool>(
            new Kernel.TenantId("elsewhere"),
            async (write, cancel) =>
            {
                // By another hand: the next index is taken.
                await write.Execute(
                    new Statement("update audit_head set size = 0, frontier = @none where tenant_id = @tenant_id"),
                    [Array.Empty<byte>(), clinic.Tenant.Value], cancel);
                return true;
            },
            CancellationToken.None);

        // On SQLite the first commit finds it; reads of the milliseconds before are in the journal, and recorded when the log is mended.
        Answer[] answers =
        [
            await provider.Put("Patient/p2", Sample.Patient("Other", "p2")),
            await provider.Get("Patient/p1"),
            await provider.Get("Patient/p1/_history/1"),
            await provider.Get("Patient/p1/_history"),
            await provider.Get($"Patient?family={Secret}"),
            await provider.Get("Patient/none"),
            await provider.Bundle("transaction", Sample.Put(Sample.Patient("Other", "p3"), "Patient/p3"), Sample.Get("Patient/p1")),
        ];
        var batch = (await provider.Bundle("batch", Sample.Get("Patient/p1"), Sample.Get("Patient/none"))).Is(200);

        Assert.All(answers, answer => Assert.Equal(503, answer.Status));
        Assert.Equal(["503", "503"], batch.Statuses);
        Assert.All([.. answers, batch], answer => Assert.DoesNotContain(Secret, answer.Text, StringComparison.Ordinal));
    }
}

public sealed class AuditOnSqlite(SqliteFhirServer server) : AuditTests(server);

public sealed class AuditOnPostgres(PostgresFhirServer server) : AuditTests(server);

public sealed class UnauditedOnSqlite() : UnauditedTests(Engine.Sqlite);

public sealed class UnauditedOnPostgres() : UnauditedTests(Engine.Postgres);
