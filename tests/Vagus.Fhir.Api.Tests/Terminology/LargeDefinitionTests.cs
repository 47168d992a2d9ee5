using Vagus.Fhir.Api.Tests.Exports;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Api.Tests.Terminology;

/// <summary>Definitions beyond what one call reads are refused: none counts as absent, and no match is left out for their sake.</summary>
public abstract class LargeDefinitionTests(Engine engine) : IAsyncLifetime
{
    private const int AnswerBytes = 6 * 1024 * 1024;
    private readonly FhirServer server = new(engine) { Options = new FhirOptions { AnswerBytes = AnswerBytes } };

    public ValueTask InitializeAsync() => server.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task An_export_is_whole_where_its_filter_needs_a_definition_that_is_larger_than_a_read()
    {
        var admin = await (await Clinic.Open(server)).Admin();
        await Put(admin, "large", megabytes: 5, """{"include":[{"system":"http://loinc.org","concept":[{"code":"c1"}]}]}""");
        await Record(admin);

        var status = await ExportTests.Begin(admin, $"$export?_type=Observation&_typeFilter=Observation?code:in={Codes.Set}large");
        var manifest = (await ExportTests.Finished(admin, status)).Json;

        Assert.Equal(["Observation/o"], await ExportTests.Exported(admin, manifest));
    }

    [Fact]
    public async Task A_definition_that_is_not_read_is_refused_and_not_taken_for_absent()
    {
        var admin = await (await Clinic.Open(server)).Admin();
        await Put(admin, "large", megabytes: 7, """{"include":[{"system":"http://loinc.org","concept":[{"code":"c1"}]}]}""");
        await Put(admin, "small", megabytes: 0, """{"include":[{"system":"http://loinc.org","concept":[{"code":"c2"}]}]}""");
        await Put(admin, "both", megabytes: 0, $$"""{"include":[{"valueSet":["{{Codes.Set}}large"]},{"valueSet":["{{Codes.Set}}small"]}]}""");
        await Record(admin);

        (await admin.Get($"ValueSet/$expand?url={Codes.Set}both")).IsRefused(422, "too-costly");
        (await admin.Get($"ValueSet/$validate-code?url={Codes.Set}both&code=c1")).IsRefused(422, "too-costly");
        (await admin.Get($"Observation?code:in={Codes.Set}both")).IsRefused(422, "too-costly");
        var status = await ExportTests.Begin(admin, $"$export?_type=Observation&_typeFilter=Observation?code:in={Codes.Set}both");
        (await admin.Get(status)).IsRefused(422, "too-costly");
    }

    private static async Task Put(Person admin, string id, int megabytes, string compose)
    {
        var contacts = string.Join(',', Enumerable.Repeat($$"""{"name":"{{new string('x', 1024 * 1024)}}"}""", megabytes));
        var large = megabytes == 0 ? "" : $$""","contact":[{{contacts}}]""";
        (await admin.Put($"ValueSet/{id}", Codes.ValueSet(id, compose).Replace(
            ""","status":""", $"""{large},"status":""", StringComparison.Ordinal))).Is(201);
    }

    private static async Task Record(Person admin)
    {
        (await admin.Put("Patient/p", Sample.Patient("P", "p"))).Is(201);
        (await admin.Put("Observation/o", Sample.Observation("Patient/p", "c1", "o"))).Is(201);
        (await admin.Put("Observation/q", Sample.Observation("Patient/p", "c9", "q"))).Is(201);
    }
}

public sealed class LargeDefinitionsOnSqlite() : LargeDefinitionTests(Engine.Sqlite);

public sealed class LargeDefinitionsOnPostgres() : LargeDefinitionTests(Engine.Postgres);
