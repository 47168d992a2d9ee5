using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace Vagus.Fhir.Api.Tests.Interactions;

public abstract class ReadingAndWritingTests(FhirServer server)
{
    [Fact]
    public async Task What_is_created_is_served_back_to_the_letter()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        const string extension =
            "\"extension\":[{\"url\":\"http://example.org/unknown\",\"valueDecimal\":1.10},{\"url\":\"http://example.org/other\",\"valueString\":\"a\\u00e9\\/b \\uD83D\\uDE00 <&>\"}]";
        const string rest =
            "\"component\":[{\"code\":{\"text\":\"x\"},\"valueQuantity\":{\"value\":0.010,\"unit\":\"mg\"}}],\"valueQuantity\":{\"value\":1.50E2},\"code\":{\"text\":\"order of properties\"},\"status\":\"final\"";

        var created = (await provider.Create($$$$"""  {"resourceType" : "Observation", {{{{extension}}}} , {{{{rest}}}} } """)).Is(201);
        var read = (await provider.Get($"Observation/{created.Id}")).Is(200);

        Assert.Equal(created.Text, read.Text);
        Assert.EndsWith($",{extension},{rest}}}", read.Text, StringComparison.Ordinal);
        Assert.StartsWith(
            $"{{\"resourceType\":\"Observation\",\"id\":\"{created.Id}\",\"meta\":{{\"versionId\":\"1\",\"lastUpdated\":\"", read.Text,
            StringComparison.Ordinal);
        Assert.Equal("application/fhir+json", read.ContentHeaders.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_create_answers_with_its_place_and_version_and_makes_its_own_id_and_meta()
    {
        var provider = await (await Clinic.Open(server)).Provider();

        var created =
            (await provider.Create(
            """{"resourceType":"Patient","id":"mine","meta":{"versionId":"99","lastUpdated":"1999-01-01T00:00:00Z","source":"urn:test"}}""")).Is(201);

        Assert.NotEqual("mine", created.Id);
        Assert.Equal("1", created.VersionId);
        Assert.Equal("W/\"1\"", created.ETag);
        Assert.Equal(
            $"{server.Address.GetLeftPart(UriPartial.Authority)}/fhir/Patient/{created.Id}/_history/1",
            created.Headers.Location!.ToString());
        var meta = created.Json.GetProperty("meta");
        Assert.Equal("urn:test", meta.GetProperty("source").GetString());
        var lastUpdated = DateTimeOffset.Parse(meta.GetProperty("lastUpdated").GetString()!, CultureInfo.InvariantCulture);
        Assert.InRange(DateTimeOffset.UtcNow - lastUpdated, TimeSpan.FromSeconds(-1), TimeSpan.FromMinutes(1));
        Assert.Equal(lastUpdated.ToUnixTimeSeconds(), created.ContentHeaders.LastModified!.Value.ToUnixTimeSeconds());
    }

    [Theory]
    [InlineData("return=minimal", "")]
    [InlineData("return=OperationOutcome", "OperationOutcome")]
    [InlineData("return=representation", "Patient")]
    [InlineData("handling=lenient; return=minimal", "")]
    public async Task A_write_answers_in_the_form_that_the_client_prefers(string prefer, string resourceType)
    {
        var provider = await (await Clinic.Open(server)).Provider();

        var created = (await provider.Create(Sample.Patient(), request => request.Headers.Add("Prefer", prefer))).Is(201);

        Assert.NotNull(created.Headers.Location);
        Assert.Equal("W/\"1\"", created.ETag);
        Assert.Equal(resourceType, created.Body.Length == 0 ? "" : created.Json.GetProperty("resourceType").GetString());
    }

    [Fact]
    public async Task An_update_makes_the_next_version_and_older_ones_stay_readable()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        var first = (await provider.Create(Sample.Patient("First"))).Is(201);

        var second = (await provider.Put($"Patient/{first.Id}", Sample.Patient("Second", first.Id))).Is(200);

        Assert.Equal("2", second.VersionId);
        Assert.Equal("W/\"2\"", second.ETag);
        Assert.Equal(second.Text, (await provider.Get($"Patient/{first.Id}")).Is(200).Text);
        Assert.Equal(first.Text, (await provider.Get($"Patient/{first.Id}/_history/1")).Is(200).Text);
        (await provider.Get($"Patient/{first.Id}/_history/3")).IsRefused(404, "not-found");
        (await provider.Get($"Patient/{first.Id}/_history/x")).IsRefused(404, "not-found");
    }

    [Fact]
    public async Task An_update_under_a_new_id_creates()
    {
        var provider = await (await Clinic.Open(server)).Provider();

        var created = (await provider.Put("Patient/chosen.id-1", Sample.Patient("Chosen", "chosen.id-1"))).Is(201);

        Assert.Equal("chosen.id-1", created.Id);
        Assert.EndsWith("/fhir/Patient/chosen.id-1/_history/1", created.Headers.Location!.ToString(), StringComparison.Ordinal);
        var history = (await provider.Get("Patient/chosen.id-1/_history")).Is(200);
        var request = Assert.Single(history.Entries).GetProperty("request");
        Assert.Equal("PUT", request.GetProperty("method").GetString());
        Assert.Equal("Patient/chosen.id-1", request.GetProperty("url").GetString());
    }

    [Theory]
    [InlineData("Patient/other", """{"resourceType":"Patient","id":"mine"}""", 400, "invalid")]
    [InlineData("Patient/other", """{"resourceType":"Patient"}""", 400, "invalid")]
    [InlineData("Patient/mine", """{"resourceType":"Observation","id":"mine"}""", 400, "invalid")]
    [InlineData("Patient/not_an_id", """{"resourceType":"Patient","id":"not_an_id"}""", 400, "invalid")]
    public async Task An_update_is_of_the_resource_that_the_address_names(string path, string body, int status, string issue)
    {
        var provider = await (await Clinic.Open(server)).Provider();

        (await provider.Put(path, body)).IsRefused(status, issue);
    }

    [Fact]
    public async Task If_Match_lets_only_one_of_two_editors_win()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        var created = (await provider.Create(Sample.Patient())).Is(201);
        var path = $"Patient/{created.Id}";

        var both = await Task.WhenAll(
            provider.Put(path, Sample.Patient("One", created.Id), "W/\"1\""),
            provider.Put(path, Sample.Patient("Two", created.Id), "W/\"1\""));

        Assert.Equal([200, 412], both.Select(answer => answer.Status).Order());
        Assert.Equal("2", (await provider.Get(path)).VersionId);
        both.Single(answer => answer.Status == 412).IsRefused(412, "conflict");
        (await provider.Put(path, Sample.Patient("Three", created.Id), "W/\"2\"")).Is(200);
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("W/\"-1\"")]
    [InlineData("W/\"99999999999999999999999\"")]
    public async Task A_malformed_If_Match_changes_nothing(string tag)
    {
        var provider = await (await Clinic.Open(server)).Provider();
        var created = (await provider.Create(Sample.Patient())).Is(201);

        (await provider.Put($"Patient/{created.Id}", Sample.Patient("Changed", created.Id), tag)).IsRefused(400, "invalid");

        Assert.Equal("1", (await provider.Get($"Patient/{created.Id}")).VersionId);
    }

    [Fact]
    public async Task If_None_Match_saves_the_body_of_a_version_that_the_client_has()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        var created = (await provider.Create(Sample.Patient())).Is(201);

        var same = await provider.Get(
            $"Patient/{created.Id}", request => request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Parse("W/\"1\"")));
        var other = await provider.Get(
            $"Patient/{created.Id}", request => request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Parse("W/\"2\"")));

        Assert.Empty(same.Is((int)HttpStatusCode.NotModified).Body);
        other.Is(200);
    }

    [Fact]
    public async Task What_is_deleted_is_gone_keeps_its_history_and_comes_back_with_an_update()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        var created = (await provider.Create(Sample.Patient("Old"))).Is(201);
        var path = $"Patient/{created.Id}";

        var deleted = (await provider.Delete(path)).Is(204);
        Assert.Equal("W/\"2\"", deleted.ETag);
        (await provider.Get(path)).IsRefused(410, "deleted");
        (await provider.Get($"{path}/_history/2")).IsRefused(410, "deleted");
        (await provider.Get($"{path}/_history/1")).Is(200);
        (await provider.Delete(path)).Is(204);
        Assert.Empty((await provider.Get("Patient")).Is(200).Entries);

        var back = (await provider.Put(path, Sample.Patient("New", created.Id))).Is(201);
        Assert.Equal("3", back.VersionId);
        var history = (await provider.Get($"{path}/_history")).Is(200);
        Assert.Equal(
            ["PUT", "DELETE", "POST"], history.Entries.Select(entry => entry.GetProperty("request").GetProperty("method").GetString()));
        Assert.Equal(
            ["W/\"3\"", "W/\"2\"", "W/\"1\""],
            history.Entries.Select(entry => entry.GetProperty("response").GetProperty("etag").GetString()));
        Assert.False(history.Entries[1].TryGetProperty("resource", out _));
        Assert.Equal([created.Id], (await provider.Get("Patient?family=new")).Is(200).Ids);
        Assert.Empty((await provider.Get("Patient?family=old")).Is(200).Ids);
    }

    [Fact]
    public async Task A_stale_delete_changes_nothing()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        var created = (await provider.Create(Sample.Patient())).Is(201);
        (await provider.Put($"Patient/{created.Id}", Sample.Patient("Newer", created.Id))).Is(200);

        (await provider.Delete($"Patient/{created.Id}", request => request.Headers.TryAddWithoutValidation("If-Match", "W/\"1\"")))
            .IsRefused(412, "conflict");

        (await provider.Get($"Patient/{created.Id}")).Is(200);
    }

    [Fact]
    public async Task A_history_is_paged_without_repeats_and_can_begin_at_an_instant()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        var created = (await provider.Create(Sample.Patient("Version0"))).Is(201);
        for (var version = 1; version < 7; version++)
            (await provider.Put($"Patient/{created.Id}", Sample.Patient($"Version{version}", created.Id))).Is(200);

        var seen = new List<string>();
        for (var next = $"Patient/{created.Id}/_history?_count=3"; next is not null;)
        {
            var page = (await provider.Get(next)).Is(200);
            seen.AddRange(
                page.Entries.Select(entry => entry.GetProperty("resource").GetProperty("meta").GetProperty("versionId").GetString()!));
            next = page.Next;
        }

        Assert.Equal(["7", "6", "5", "4", "3", "2", "1"], seen);
        Assert.Empty((await provider.Get($"Patient/{created.Id}/_history?_since=2999-01-01")).Is(200).Entries);
        Assert.Empty((await provider.Get($"Patient/{created.Id}/_history?_since=2999-01-01T00:00:00+02:00")).Is(200).Entries);
        var since = (await provider.Get($"Patient/{created.Id}/_history?_since=1999-01-01T00:00:00.0001Z&_count=1")).Is(200);
        Assert.Contains("_since=1999-01-01T00:00:00.0001000Z", since.Next, StringComparison.Ordinal);
        (await provider.Get($"Patient/{created.Id}/_history?_since=nonsense")).IsRefused(400, "invalid");
        (await provider.Get($"Patient/{created.Id}/_history?_count=-1")).IsRefused(400, "invalid");
        (await provider.Get("Patient/nobody/_history")).IsRefused(404, "not-found");
    }

    [Fact]
    public async Task The_head_of_a_read_has_its_headers_and_no_body()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        var created = (await provider.Create(Sample.Patient())).Is(201);

        var head = (await provider.Send(HttpMethod.Head, $"/fhir/Patient/{created.Id}", (byte[]?)null)).Is(200);

        Assert.Empty(head.Body);
        Assert.Equal(created.Body.Length, head.ContentHeaders.ContentLength);
        Assert.Equal("W/\"1\"", head.ETag);
    }

    [Fact]
    public async Task The_capability_statement_needs_no_token_and_is_valid_JSON()
    {
        var statement = (await new Person(server, token: null).Get("metadata")).Is(200);

        Assert.Equal("4.0.1", statement.Json.GetProperty("fhirVersion").GetString());
    }
}

public sealed class ReadingAndWritingOnSqlite(SqliteFhirServer server) : ReadingAndWritingTests(server);

public sealed class ReadingAndWritingOnPostgres(PostgresFhirServer server) : ReadingAndWritingTests(server);
