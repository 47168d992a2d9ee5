namespace Vagus.Fhir.Api.Tests.Interactions;

/// <summary>Resources with more search values than are indexed stay in their records, and say so.</summary>
public abstract class LargeResourceTests(FhirServer server)
{
    [Theory]
    [InlineData(2_400, false)]
    [InlineData(12_000, true)]
    public async Task A_study_of_many_images_is_in_its_patients_record(int images, bool isCut)
    {
        var clinic = await Clinic.Open(server);
        var provider = await clinic.Provider();
        (await provider.Put("Patient/p1", Sample.Patient("One", "p1"))).Is(201);
        var instances = string.Join(',', Enumerable.Range(0, images).Select(number =>
            $$$"""{"uid":"1.2.{{{number}}}","sopClass":{"system":"urn:ietf:rfc:3986","code":"urn:oid:1.2.840.10008.5.1.4.1.1.2"}}"""));
        var study = $$$"""
            {"resourceType":"ImagingStudy","id":"s","status":"available","subject":{"reference":"Patient/p1"},
             "series":[{"uid":"1.2","modality":{"code":"CT"},"instance":[{{{instances}}}]}]}
            """;

        var written = (await provider.Put(
            "ImagingStudy/s", study, request => request.Headers.TryAddWithoutValidation("Prefer", "return=OperationOutcome"))).Is(201);

        Assert.Equal(isCut, written.Text.Contains("incomplete", StringComparison.Ordinal));
        Assert.Equal(["p1"], (await clinic.Log()).Last(row => row.Resource is not null).Patients.Select(patient => patient.Value));
        Assert.Equal(["s"], (await provider.Get("Patient/p1/ImagingStudy?_elements=id")).Is(200).Ids);
        Assert.Equal(["s"], (await provider.Get("ImagingStudy?patient=p1&status=available&_elements=id")).Is(200).Ids);
    }

    [Fact]
    public async Task A_resource_of_more_patients_than_are_read_is_refused()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        var members = string.Join(',', Enumerable.Range(0, 10_001).Select(number => $$$"""{"entity":{"reference":"Patient/p{{{number}}}"}}"""));

        (await provider.Create($$"""{"resourceType":"Group","type":"person","actual":true,"member":[{{members}}]}""")).IsRefused(422, "too-costly");
    }
}

public sealed class LargeResourcesOnSqlite(SqliteFhirServer server) : LargeResourceTests(server);

public sealed class LargeResourcesOnPostgres(PostgresFhirServer server) : LargeResourceTests(server);
