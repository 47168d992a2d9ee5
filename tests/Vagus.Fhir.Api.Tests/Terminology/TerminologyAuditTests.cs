using Vagus.Fhir.Api.Tests.Auditing;
using Vagus.Fhir.Api.Tests.Exports;

namespace Vagus.Fhir.Api.Tests.Terminology;

/// <summary>The stored definitions that a call looks at are in the audit, whatever it is for and however it ends.</summary>
public abstract class TerminologyAuditTests(FhirServer server)
{
    [Theory]
    [InlineData("Condition?code:in=http://codes.example/ValueSet/dogs", 200, "ValueSet/dogs/1,CodeSystem/pets/1")]
    [InlineData("Condition?code:below=http://codes.example/pets|dog", 200, "CodeSystem/pets/1")]
    [InlineData("Condition?patient.gender=male&code:in=http://codes.example/ValueSet/elsewhere", 200, "ValueSet/elsewhere/1")]
    [InlineData("Patient?_has:Condition:patient:code:in=http://codes.example/ValueSet/breeds", 200, "ValueSet/breeds/1,CodeSystem/pets/1")]
    [InlineData("?_type=Condition,Procedure&code:in=http://codes.example/ValueSet/elsewhere", 200, "ValueSet/elsewhere/1")]
    [InlineData("Condition?code:in=http://codes.example/ValueSet/circle", 422, "ValueSet/circle/1")]
    [InlineData("Condition?code:in=http://codes.example/ValueSet/unknown", 400, "ValueSet/unknown/1")]
    [InlineData("ValueSet/$expand?url=http://codes.example/ValueSet/circle", 422, "ValueSet/circle/1")]
    [InlineData("ValueSet/$validate-code?url=http://codes.example/ValueSet/unknown&code=x", 404, "ValueSet/unknown/1")]
    [InlineData("Condition?code:in=http://hl7.org/fhir/ValueSet/observation-status", 200, null)]
    [InlineData("Condition?code=dog", 200, null)]
    public async Task Of_a_search_or_an_operation(string path, int status, string? shown)
    {
        var clinic = await Clinic.Open(server);
        var admin = await clinic.Admin();
        await Codes.Put(admin);

        (await admin.Get(path)).Is(status);

        Assert.Equal(shown is null ? [] : [shown], await LookedAt(clinic));
    }

    [Fact]
    public async Task Of_a_conditional_write()
    {
        var clinic = await Clinic.Open(server);
        var admin = await clinic.Admin();
        await Codes.Put(admin);

        (await admin.Delete("Condition?code:below=http://codes.example/pets|dog")).Is(204);
        Assert.Contains("CodeSystem/pets/1", await LookedAt(clinic));
    }

    [Fact]
    public async Task Of_an_export()
    {
        var clinic = await Clinic.Open(server);
        var admin = await clinic.Admin();
        await Codes.Put(admin);

        var status = await ExportTests.Begin(admin, $"$export?_type=Condition&_typeFilter=Condition?code:in={Codes.Set}dogs");
        await ExportTests.Finished(admin, status);

        Assert.Contains("ValueSet/dogs/1,CodeSystem/pets/1", await LookedAt(clinic));
    }

    private static async Task<IEnumerable<string>> LookedAt(Clinic clinic) =>
        from entry in await AuditedAccess.Of(clinic)
        where entry.Action == "operation" && entry.Shown.Count > 0
        select string.Join(',', entry.Shown);
}

public sealed class TerminologyAuditOnSqlite(SqliteFhirServer server) : TerminologyAuditTests(server);

public sealed class TerminologyAuditOnPostgres(PostgresFhirServer server) : TerminologyAuditTests(server);
