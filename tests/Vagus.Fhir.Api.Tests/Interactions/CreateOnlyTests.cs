namespace Vagus.Fhir.Api.Tests.Interactions;

/// <summary><c>If-None-Match: *</c> on an update: create, and never overwrite (RFC 9110 §13.1.2).</summary>
public abstract class CreateOnlyTests(FhirServer server)
{
    [Fact]
    public async Task An_update_that_may_only_create_creates_once()
    {
        var provider = await (await Clinic.Open(server)).Provider();

        (await CreateOnly(provider, "First")).Is(201);
        (await CreateOnly(provider, "Second")).IsRefused(412, "conflict");

        var kept = (await provider.Get("Patient/m")).Is(200);
        Assert.Equal("1", kept.VersionId);
        Assert.Contains("First", kept.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_many_that_may_only_create_one_succeeds()
    {
        var provider = await (await Clinic.Open(server)).Provider();

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(number => CreateOnly(provider, $"N{number}")));

        Assert.Equal([201, .. Enumerable.Repeat(412, 15)], answers.Select(answer => answer.Status).Order());
    }

    [Fact]
    public async Task What_was_deleted_may_be_created_again()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        (await CreateOnly(provider, "First")).Is(201);
        (await provider.Delete("Patient/m")).Is(204);

        (await CreateOnly(provider, "Again")).Is(201);
    }

    [Fact]
    public async Task Bundles_obey_it_too()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        (await provider.Put("Patient/m", Sample.Patient("First", "m"))).Is(201);

        Assert.Equal(["412", "201"], (await provider.Bundle("batch", Entry("m", "*"), Entry("n", "*"))).Is(200).Statuses);
        (await provider.Bundle("transaction", Entry("o", "*"), Entry("m", "*"))).IsRefused(412, "conflict");
        (await provider.Bundle("transaction", Entry("m", "W/\\\"1\\\""))).IsRefused(400, "invalid");
        (await provider.Bundle("transaction", """{"request":{"method":"DELETE","url":"Patient/m","ifNoneMatch":"*"}}"""))
            .IsRefused(400, "invalid");

        Assert.Equal("1", (await provider.Get("Patient/m")).Is(200).VersionId);
        (await provider.Get("Patient/o")).Is(404);
    }

    [Theory]
    [InlineData("W/\"1\"")]
    [InlineData("\"1\", \"2\"")]
    [InlineData("anything")]
    public async Task What_is_not_understood_is_refused_and_not_ignored(string tag)
    {
        var provider = await (await Clinic.Open(server)).Provider();
        (await CreateOnly(provider, "First")).Is(201);

        (await provider.Put(
            "Patient/m", Sample.Patient("Second", "m"), request => request.Headers.TryAddWithoutValidation("If-None-Match", tag)))
            .IsRefused(400, "invalid");
        (await provider.Delete("Patient/m", request => request.Headers.TryAddWithoutValidation("If-None-Match", tag)))
            .IsRefused(400, "invalid");

        Assert.Equal("1", (await provider.Get("Patient/m")).Is(200).VersionId);
    }

    private static Task<Answer> CreateOnly(Person person, string family) =>
        person.Put("Patient/m", Sample.Patient(family, "m"), request => request.Headers.TryAddWithoutValidation("If-None-Match", "*"));

    private static string Entry(string id, string ifNoneMatch) =>
        $$$$"""{"resource":{{{{Sample.Patient("X", id)}}}},"request":{"method":"PUT","url":"Patient/{{{{id}}}}","ifNoneMatch":"{{{{ifNoneMatch}}}}"}}""";
}

public sealed class CreateOnlyOnSqlite(SqliteFhirServer server) : CreateOnlyTests(server);

public sealed class CreateOnlyOnPostgres(PostgresFhirServer server) : CreateOnlyTests(server);
