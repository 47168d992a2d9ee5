using System.Text.Json;
using Vagus.Access.Visibility;
using Vagus.Fhir.Api.Tests.Scopes;
using Vagus.Fhir.Exports;
using Vagus.Kernel;

namespace Vagus.Fhir.Api.Tests.Exports;

/// <summary>Bulk exports as clients meet them: kick-off, asking after it, files, cancelling.</summary>
public abstract class ExportTests(FhirServer server)
{
    [Theory]
    [InlineData("$export", "Condition/d,Encounter/e,Group/g,Group/none,Observation/o,Observation/q,Organization/org,Patient/p,Patient/q")]
    [InlineData("Patient/$export", "Condition/d,Encounter/e,Group/g,Observation/o,Observation/q,Patient/p,Patient/q")]
    [InlineData("Group/g/$export", "Condition/d,Encounter/e,Group/g,Observation/o,Patient/p")]
    [InlineData("Group/none/$export", "")]
    [InlineData("$export?_type=Patient,Organization", "Organization/org,Patient/p,Patient/q")]
    [InlineData("Patient/$export?_type=Organization", "")]
    [InlineData("$export?_type=Observation&_typeFilter=Observation?code=c1", "Observation/o")]
    [InlineData("$export?_type=Observation,Patient&_typeFilter=Observation?code=c1,Observation?code=c2", "Observation/o,Observation/q,Patient/p,Patient/q")]
    [InlineData("Group/g/$export?_typeFilter=Observation?code=c2", "Condition/d,Encounter/e,Group/g,Patient/p")]
    [InlineData("$export?_since=2000-01-01T00:00:00Z&_type=Patient", "Patient/p,Patient/q")]
    [InlineData("$export?_since=2999-01-01T00:00:00Z", "")]
    [InlineData("$export?_type=Observation&_typeFilter=Observation?code=c1,c2", "Observation/o,Observation/q")]
    [InlineData("$export?_type=Observation&_typeFilter=Observation?code=c1&_typeFilter=Observation?code=c2", "Observation/o,Observation/q")]
    [InlineData("Patient/$export?patient=Patient/q", "Group/g,Observation/q,Patient/q")]
    [InlineData("Group/g/$export?patient=Patient/p&_type=Observation", "Observation/o")]
    public async Task An_export_holds_what_it_is_asked_for(string path, string expected)
    {
        var admin = await WithRecords();

        var manifest = (await Finished(admin, await Begin(admin, path))).Json;

        Assert.Equal(expected, string.Join(',', (await Exported(admin, manifest)).Order(StringComparer.Ordinal)));
        Assert.True(manifest.GetProperty("requiresAccessToken").GetBoolean());
        Assert.EndsWith($"/fhir/{path}", Uri.UnescapeDataString(manifest.GetProperty("request").GetString()!), StringComparison.Ordinal);
        Assert.Empty(manifest.GetProperty("error").EnumerateArray());
    }

    [Fact]
    public async Task Parts_of_resources_are_exported_as_such()
    {
        var admin = await WithRecords();

        var manifest = (await Finished(admin, await Begin(admin, "$export?_type=Patient&_elements=name"))).Json;
        var file = (await admin.Get(manifest.GetProperty("output")[0].GetProperty("url").GetString()!)).Is(200);

        Assert.Equal("application/fhir+ndjson", file.ContentHeaders.ContentType?.MediaType);
        Assert.Contains("SUBSETTED", file.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("birthDate", file.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$export?_outputFormat=text/csv", 400, "not-supported")]
    [InlineData("$export?_type=Nothing", 400, "invalid")]
    [InlineData("$export?_since=yesterday", 400, "invalid")]
    [InlineData("$export?_typeFilter=Observation", 400, "invalid")]
    [InlineData("$export?_typeFilter=Observation?shoe-size=44", 400, "not-supported")]
    [InlineData("$export?_typeFilter=Observation?_include=*", 400, "not-supported")]
    [InlineData("$export?organizeOutputBy=Patient", 400, "not-supported")]
    [InlineData("$export?includeAssociatedData=LatestProvenanceResources", 400, "not-supported")]
    [InlineData("$export?patient=Patient/p", 400, "not-supported")]
    [InlineData("Patient/$export?patient=Observation/o", 400, "invalid")]
    [InlineData("Group/g/$export?patient=Patient/q", 400, "invalid")]
    [InlineData("Group/nobody/$export", 404, "not-found")]
    public async Task What_cannot_be_exported_is_refused_at_once(string path, int status, string issue)
    {
        var admin = await WithRecords();

        (await admin.Get(path, Asynchronously)).IsRefused(status, issue);
        (await admin.Get(path, request => request.Headers.Add("Prefer", "respond-async, handling=lenient"))).IsRefused(status, issue);
        (await admin.Get("$export")).IsRefused(400, "invalid");
    }

    [Fact]
    public async Task An_export_holds_what_its_caller_may_see_and_is_theirs_alone()
    {
        var (clinic, elsewhere) = (await Clinic.Open(server), await Clinic.Open(server));
        var (admin, blind, own) = (await clinic.Admin(), await clinic.Provider(seesSensitive: false), await clinic.Patient("p"));
        await Record(admin);
        (await admin.Put("Observation/closed", Sample.Observation("Patient/p", "c1", "closed", Sample.Labelled("R")))).Is(201);
        (await admin.Put(
            "Observation/draft", Sample.Observation("Patient/p", "c1", "draft").Replace("final", "preliminary", StringComparison.Ordinal))).Is(201);
        const string path = "$export?_type=Observation,Patient";

        var seen = new Dictionary<Person, string>();
        foreach (var person in (Person[])[admin, blind, own])
        {
            var status = await Begin(person, path);
            var manifest = (await Finished(person, status)).Json;
            seen[person] = string.Join(',', (await Exported(person, manifest)).Order(StringComparer.Ordinal));
            var file = manifest.GetProperty("output")[0].GetProperty("url").GetString()!;
            foreach (var other in ((Person[])[admin, blind, own, await elsewhere.Admin()]).Where(each => each != person))
            {
                (await other.Get(status)).IsRefused(404, "not-found");
                (await other.Get(file)).IsRefused(404, "not-found");
                (await other.Delete(status)).IsRefused(404, "not-found");
            }

            (await new Person(server, token: null).Get(file)).Is(401);
        }

        Assert.Equal("Observation/closed,Observation/draft,Observation/o,Observation/q,Patient/p,Patient/q", seen[admin]);
        Assert.Equal("Observation/draft,Observation/o,Observation/q,Patient/p,Patient/q", seen[blind]);
        Assert.Equal("Observation/o,Patient/p", seen[own]);
    }

    [Fact]
    public async Task Subscriptions_are_exported_to_their_owners_and_to_administrators()
    {
        var clinic = await Clinic.Open(server);
        var (mine, theirs, admin) = (await clinic.Provider(), await clinic.Provider(), await clinic.Admin());
        var (kept, others) = (await Subscribe(mine, "Condition"), await Subscribe(theirs, "Encounter"));
        var gone = await Subscribe(theirs, "Observation");
        (await theirs.Delete(gone)).Is(204);
        const string path = "$export?_type=Subscription&_since=2000-01-01T00:00:00Z";

        (Person Person, string[] Seen, string Deleted)[] expected =
            [(mine, [kept], ""), (theirs, [others], gone), (admin, [kept, others], gone)];
        foreach (var (person, seen, deleted) in expected)
        {
            var manifest = (await Finished(person, await Begin(person, path))).Json;
            Assert.Equal(seen.Order(StringComparer.Ordinal), (await Exported(person, manifest)).Order(StringComparer.Ordinal));
            Assert.Equal(deleted, manifest.TryGetProperty("deleted", out _) ? string.Join(',', await Deleted(person, manifest)) : "");
        }

        static async Task<string> Subscribe(Person owner, string type) => $"Subscription/{(await owner.Create($$$"""
            {"resourceType":"Subscription","status":"off","reason":"x","criteria":"{{{type}}}?_id=x",
             "channel":{"type":"rest-hook","endpoint":"https://hook.example.org/1","payload":"application/fhir+json"}}
            """)).Is(201).Id}";
    }

    [Fact]
    public async Task The_rights_of_an_export_name_whose_rows_may_be_read()
    {
        var clinic = await Clinic.Open(server);

        var (one, same, other) = (await RightsOf("one"), await RightsOf("one"), await RightsOf("other"));

        Assert.Equal(one, same);
        Assert.NotEqual(one, other);

        async Task<string> RightsOf(string user) => ExportRequest.RightsOf(await server.Get<TenantPolicies>().ReachOf(
            new Caller(clinic.Tenant, new UserId(user), Role.Provider, new SessionId("")), CancellationToken.None));
    }

    [Fact]
    public async Task Patients_are_named_by_references_too()
    {
        var admin = await WithRecords();
        var begun = (await admin.Post("Patient/$export", """
            {"resourceType":"Parameters","parameter":[{"name":"patient","valueReference":{"reference":"Patient/p"}},
             {"name":"patient","valueReference":{"reference":"Patient/q"}},{"name":"_type","valueString":"Observation"}]}
            """, Asynchronously)).Is(202);

        var manifest = (await Finished(admin, begun.ContentHeaders.ContentLocation!.ToString())).Json;

        Assert.Equal(["Observation/o", "Observation/q"], (await Exported(admin, manifest)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("$export?_since={0}", "Condition/d,Observation/o,Observation/q,Organization/org")]
    [InlineData("Patient/$export?_since={0}", "Condition/d,Observation/o,Observation/q")]
    [InlineData("Group/g/$export?_since={0}", "Condition/d,Observation/o")]
    [InlineData("$export?_since={0}&_type=Observation", "Observation/o,Observation/q")]
    public async Task What_was_deleted_since_is_told(string path, string expected)
    {
        var clinic = await Clinic.Open(server);
        var (admin, own, other) = (await clinic.Admin(), await clinic.Patient("p"), await clinic.Patient("q"));
        await Record(admin);
        (await admin.Put("Observation/early", Sample.Observation("Patient/p", "c1", "early"))).Is(201);
        (await admin.Delete("Observation/early")).Is(204);
        (await admin.Put("Observation/back", Sample.Observation("Patient/p", "c1", "back"))).Is(201);
        var later = (await admin.Put("Observation/mark", Sample.Observation("Patient/q", "c1", "mark"))).Is(201).Json
            .GetProperty("meta").GetProperty("lastUpdated").GetString()!;
        foreach (var gone in new[] { "Observation/o", "Observation/q", "Observation/back", "Condition/d", "Organization/org" })
            (await admin.Delete(gone)).Is(204);
        (await admin.Put("Observation/back", Sample.Observation("Patient/p", "c1", "back"))).Is(201);
        var asked = string.Format(System.Globalization.CultureInfo.InvariantCulture, path, Uri.EscapeDataString(later));

        var manifest = (await Finished(admin, await Begin(admin, asked))).Json;

        Assert.Equal(expected, string.Join(',', (await Deleted(admin, manifest)).Order(StringComparer.Ordinal)));
        Assert.DoesNotContain((await Finished(admin, await Begin(admin, "$export?_type=Patient"))).Json.EnumerateObject(), each => each.Name == "deleted");
        foreach (var (person, seen) in new[] { (own, "Condition/d,Observation/o"), (other, "Observation/q") })
        {
            var theirs = (await Finished(person, await Begin(person, $"$export?_type=Condition,Observation&_since={Uri.EscapeDataString(later)}"))).Json;
            Assert.Equal(seen, string.Join(',', (await Deleted(person, theirs)).Order(StringComparer.Ordinal)));
        }
    }

    private static async Task<List<string>> Deleted(Person person, JsonElement manifest)
    {
        var all = new List<string>();
        foreach (var file in manifest.GetProperty("deleted").EnumerateArray())
        {
            Assert.Equal("Bundle", file.GetProperty("type").GetString());
            var text = (await person.Get(file.GetProperty("url").GetString()!)).Is(200).Text;
            all.AddRange(text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line))
                .Select(bundle => bundle.GetProperty("entry")[0].GetProperty("request").GetProperty("url").GetString()!));
        }

        return all;
    }

    [Fact]
    public async Task Files_are_recorded_with_what_they_hold_and_each_reading_of_them()
    {
        var clinic = await Clinic.Open(server);
        var admin = await clinic.Admin();
        await Record(admin);

        var manifest = (await Finished(admin, await Begin(admin, "Patient/$export?_type=Patient"))).Json;
        await Exported(admin, manifest);

        var log = await Auditing.AuditedAccess.Of(clinic);
        var made = log.Where(entry => entry.Action == "operation" && entry.Text("detail") == "export").ToList();
        Assert.Equal(["Patient/q/1", "Patient/p/1"], made.SelectMany(entry => entry.Shown));
        Assert.Single(log, entry => entry.Action == "file-read");
    }

    [Fact]
    public async Task A_cancelled_export_is_gone_with_its_files()
    {
        var admin = await WithRecords();
        var status = await Begin(admin, "$export");
        var file = (await Finished(admin, status)).Json.GetProperty("output")[0].GetProperty("url").GetString()!;

        (await admin.Delete(status)).Is(202);

        (await admin.Get(status)).IsRefused(404, "not-found");
        (await admin.Get(file)).IsRefused(404, "not-found");
        (await admin.Delete(status)).IsRefused(404, "not-found");
    }

    [Fact]
    public async Task An_application_without_a_user_exports_what_its_scopes_let_through()
    {
        var clinic = await Clinic.Open(server);
        await Record(await clinic.Admin());
        var app = await new ScopedTokens(clinic).OfService("system/Patient.rs system/Observation.rs?code=c1");

        var manifest = (await Finished(app, await Begin(app, "$export"))).Json;

        Assert.Equal("Observation/o,Patient/p,Patient/q", string.Join(',', (await Exported(app, manifest)).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task A_user_has_two_exports_at_a_time()
    {
        var admin = await WithRecords();
        var first = await Begin(admin, "$export");
        await Begin(admin, "$export");

        (await admin.Get("$export", Asynchronously)).IsRefused(429, "throttled");
        (await admin.Delete(first)).Is(202);
        await Begin(admin, "$export");
    }

    internal static void Asynchronously(HttpRequestMessage request) => request.Headers.TryAddWithoutValidation("Prefer", "respond-async");

    internal static async Task<string> Begin(Person person, string path)
    {
        var begun = (await person.Get(path, Asynchronously)).Is(202);
        return begun.ContentHeaders.ContentLocation!.ToString();
    }

    internal static async Task<Answer> Finished(Person person, string status)
    {
        for (var turn = 0; turn < 200; turn++)
        {
            var answer = await person.Get(status);
            if (answer.Status != 202) return answer.Is(200);
            Assert.True(answer.Headers.Contains("X-Progress") && answer.Headers.RetryAfter is not null);
        }

        throw new TimeoutException("The export does not end.");
    }

    internal static async Task<List<string>> Exported(Person person, JsonElement manifest)
    {
        var all = new List<string>();
        foreach (var output in manifest.GetProperty("output").EnumerateArray())
        {
            var file = (await person.Get(output.GetProperty("url").GetString()!)).Is(200);
            var lines = file.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonElement.Parse(line)).ToList();
            Assert.Equal(output.GetProperty("count").GetInt64(), lines.Count);
            Assert.All(lines, line => Assert.Equal(output.GetProperty("type").GetString(), line.GetProperty("resourceType").GetString()));
            all.AddRange(lines.Select(line => $"{line.GetProperty("resourceType").GetString()}/{line.GetProperty("id").GetString()}"));
        }

        return all;
    }

    private async Task<Person> WithRecords()
    {
        var admin = await (await Clinic.Open(server)).Admin();
        await Record(admin);
        return admin;
    }

    private static async Task Record(Person admin)
    {
        (await admin.Put("Patient/p", Sample.Patient("P", "p", ""","birthDate":"1980" """))).Is(201);
        (await admin.Put("Patient/q", Sample.Patient("Q", "q"))).Is(201);
        (await admin.Put(
            "Encounter/e",
            """{"resourceType":"Encounter","id":"e","status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/p"}}""")).Is(201);
        (await admin.Put("Observation/o", Sample.Observation("Patient/p", "c1", "o"))).Is(201);
        (await admin.Put("Observation/q", Sample.Observation("Patient/q", "c2", "q"))).Is(201);
        (await admin.Put("Condition/d", """{"resourceType":"Condition","id":"d","subject":{"reference":"Patient/p"}}""")).Is(201);
        (await admin.Put("Organization/org", """{"resourceType":"Organization","id":"org","name":"O"}""")).Is(201);
        (await admin.Put("Group/g", """
            {"resourceType":"Group","id":"g","type":"person","actual":true,"member":[
             {"entity":{"reference":"Patient/p"}},{"entity":{"reference":"Patient/q"},"inactive":true}]}
            """)).Is(201);
        (await admin.Put("Group/none", """{"resourceType":"Group","id":"none","type":"person","actual":true}""")).Is(201);
    }
}

public sealed class ExportsOnSqlite(SqliteFhirServer server) : ExportTests(server);

public sealed class ExportsOnPostgres(PostgresFhirServer server) : ExportTests(server);
