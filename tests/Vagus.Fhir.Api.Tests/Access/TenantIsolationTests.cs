namespace Vagus.Fhir.Api.Tests.Access;

public abstract class TenantIsolationTests(FhirServer server)
{
    private const string Canary = "Kanarienvogel";

    [Fact]
    public async Task Nothing_of_one_tenant_comes_out_at_another()
    {
        var (mine, theirs) = await Two();
        (await theirs.Put("Patient/shared", Sample.Patient(Canary, "shared", """,  "identifier":[{"system":"urn:mrn","value":"77"}]""")))
            .Is(201);
        (await theirs.Put("Observation/o1", Sample.Observation("Patient/shared", id: "o1"))).Is(201);

        foreach (var path in new[] { "Patient/shared", "Patient/shared/_history/1", "Patient/shared/_history", "Observation/o1" })
        {
            (await mine.Get(path)).IsRefused(404, "not-found");
        }

        foreach (var search in new[] { "Patient", "Patient?_id=shared", $"Patient?family={Canary}", "Patient?identifier=urn:mrn|77",
            "Patient?_lastUpdated=gt2000", "Observation?subject=Patient/shared", "Observation?code:not=x" })
        {
            var found = (await mine.Get(search)).Is(200);
            Assert.Empty(found.Entries);
            Assert.Equal(0, found.Total);
            Assert.Equal(
                0, (await mine.Get($"{search}{(search.Contains('?', StringComparison.Ordinal) ? '&' : '?')}_summary=count")).Total);
        }

        var batch =
            (await mine.Bundle(
            "batch", Sample.Get("Patient/shared"), Sample.Get("Patient?_total=accurate"), Sample.Delete("Patient/shared"))).Is(200);
        Assert.Equal(["404", "200", "204"], batch.Statuses);
        Assert.DoesNotContain(Canary, batch.Text, StringComparison.Ordinal);
        (await mine.Bundle("transaction", Sample.Get("Patient/shared"))).IsRefused(404, "not-found");
        (await theirs.Get("Patient/shared")).Is(200);
    }

    [Fact]
    public async Task An_id_of_another_tenant_is_free_here_and_touches_nothing_there()
    {
        var (mine, theirs) = await Two();
        (await theirs.Put("Patient/shared", Sample.Patient(Canary, "shared"))).Is(201);

        (await mine.Put("Patient/shared", Sample.Patient("Mine", "shared"), "W/\"1\"")).IsRefused(412, "conflict");
        var own = (await mine.Put("Patient/shared", Sample.Patient("Mine", "shared"))).Is(201);
        (await mine.Delete("Patient/shared")).Is(204);

        Assert.Equal("1", own.VersionId);
        Assert.Contains(Canary, (await theirs.Get("Patient/shared")).Is(200).Text, StringComparison.Ordinal);
        Assert.Equal("1", (await theirs.Get("Patient/shared")).VersionId);
    }

    [Fact]
    public async Task Conditions_see_one_tenant_only()
    {
        var (mine, theirs) = await Two();
        (await theirs.Create(Sample.Patient(Canary, more: ""","identifier":[{"system":"urn:mrn","value":"78"}]"""))).Is(201);

        (await mine.Bundle("transaction", Sample.Post(Sample.Observation("Patient?identifier=urn:mrn|78")))).IsRefused(412, "not-found");
        var created =
            (await mine.Bundle(
            "transaction",
            Sample.Post(
            Sample.Patient("Mine", more: ""","identifier":[{"system":"urn:mrn","value":"78"}]"""), ifNoneExist: "identifier=urn:mrn|78")))
            .Is(200);

        Assert.Equal(["201"], created.Statuses);
        Assert.Single((await mine.Get("Patient")).Ids);
        Assert.Single((await theirs.Get("Patient")).Ids);
    }

    [Fact]
    public async Task A_cursor_of_one_tenant_or_caller_opens_nothing_for_another()
    {
        var (mine, theirs) = await Two();
        for (var count = 0; count < 3; count++) (await theirs.Create(Sample.Patient(Canary))).Is(201);
        var next = (await theirs.Get("Patient?_count=1")).Is(200).Next!;

        (await mine.Get(next)).IsRefused(400, "invalid");
        (await theirs.Get(next)).Is(200);
        (await theirs.Get(next.Replace("_count=1", "_count=1&name=x", StringComparison.Ordinal))).IsRefused(400, "invalid");
    }

    private async Task<(Person Mine, Person Theirs)> Two() =>
        (await (await Clinic.Open(server)).Admin(), await (await Clinic.Open(server)).Admin());
}

public sealed class TenantIsolationOnSqlite(SqliteFhirServer server) : TenantIsolationTests(server);

public sealed class TenantIsolationOnPostgres(PostgresFhirServer server) : TenantIsolationTests(server);
