using Vagus.Fhir.Api.Tests.Auditing;
using Vagus.Kernel;

namespace Vagus.Fhir.Api.Tests.Interactions;

public abstract class OperationTests(FhirServer server)
{
    [Fact]
    public async Task Everything_of_a_patient_is_its_compartment_in_pages_and_nothing_of_others()
    {
        var provider = await WithRecord();

        var whole = (await provider.Get("Patient/p/$everything")).Is(200);
        var paged = new List<string>();
        for (var next = "Patient/p/$everything?_count=2"; next is not null;)
        {
            var page = (await provider.Get(next)).Is(200);
            Assert.InRange(page.Entries.Count, 1, 2);
            paged.AddRange(page.Ids);
            next = page.Next;
        }

        Assert.Equal(["p", "e", "old", "new", "dateless"], whole.Ids);
        Assert.Equal(whole.Ids, paged);
        Assert.Equal("searchset", whole.Json.GetProperty("type").GetString());
        Assert.Equal(whole.Ids, (await provider.Post("Patient/p/$everything", """{"resourceType":"Parameters"}""")).Is(200).Ids);
    }

    [Theory]
    [InlineData("_type=Observation", "old new")]
    [InlineData("_type=Observation,Encounter", "e old new")]
    [InlineData("start=2030-01-01", "p e new dateless")]
    [InlineData("end=2025-12-31", "p e old dateless")]
    [InlineData("start=2019-01-01&end=2021", "p e old dateless")]
    [InlineData("_since=2999-01-01T00:00:00Z", "")]
    [InlineData("_since=2000-01-01&_type=Patient", "p")]
    public async Task Everything_is_narrowed_by_type_by_change_and_by_the_days_of_care(string query, string ids)
    {
        var provider = await WithRecord();

        var found = (await provider.Get($"Patient/p/$everything?{query}")).Is(200);

        Assert.Equal(ids, string.Join(' ', found.Ids));
    }

    [Fact]
    public async Task Everything_of_an_encounter_is_what_belongs_to_it()
    {
        var provider = await WithRecord();

        Assert.Equal(["e", "new"], (await provider.Get("Encounter/e/$everything")).Is(200).Ids);
        (await provider.Get("Encounter/none/$everything")).IsRefused(404, "not-found");
    }

    [Theory]
    [InlineData("_type=Nothing")]
    [InlineData("start=soon")]
    [InlineData("_since=never")]
    [InlineData("_count=0")]
    [InlineData("_cursor=7")]
    public async Task What_is_not_understood_is_refused(string query) =>
        (await (await WithRecord()).Get($"Patient/p/$everything?{query}")).IsRefused(400, "invalid");

    [Fact]
    public async Task Everything_holds_what_the_caller_may_read_and_is_recorded_with_what_it_showed()
    {
        var clinic = await Clinic.Open(server);
        var (sees, blind) = (await clinic.Provider(), await clinic.Provider(seesSensitive: false));
        var (own, other) = (await clinic.Patient("p"), await clinic.Patient("q"));
        (await sees.Put("Patient/p", Sample.Patient("P", "p"))).Is(201);
        (await sees.Put("Patient/q", Sample.Patient("Q", "q"))).Is(201);
        (await sees.Put("Observation/open", Sample.Observation("Patient/p", id: "open"))).Is(201);
        (await sees.Put("Observation/hidden", Sample.Observation("Patient/p", id: "hidden", more: Sample.Labelled("R")))).Is(201);

        Assert.Equal(["p", "open", "hidden"], (await sees.Get("Patient/p/$everything")).Is(200).Ids);
        Assert.Equal(["p", "open"], (await blind.Get("Patient/p/$everything")).Is(200).Ids);
        Assert.Equal(["p", "open"], (await own.Get("Patient/p/$everything")).Is(200).Ids);
        (await other.Get("Patient/p/$everything")).IsRefused(404, "not-found");
        (await (await clinic.Has(Role.Driver)).Get("Patient/p/$everything")).IsRefused(403, "forbidden");

        var log = (await AuditedAccess.Of(clinic)).Where(entry => entry.Action == "operation").ToList();
        Assert.Equal(
            [
                "operation Patient/p 0", "operation Patient/p 0", "operation Patient/p 0", "operation Patient/p 4 not-found",
                "operation Patient/p 4 forbidden",
            ],
            log.Select(entry => entry.Line));
        Assert.Equal(["Patient/p/1", "Observation/open/1", "Observation/hidden/1"], log[0].Shown);
        Assert.Equal("everything", log[0].Text("detail"));
    }

    [Fact]
    public async Task Meta_is_read_and_changed_by_versions()
    {
        const string tag = """{"system":"urn:t","code":"x"}""";
        var provider = await (await Clinic.Open(server)).Provider();
        (await provider.Put("Patient/p", Sample.Patient("P", "p"))).Is(201);

        var added = (await provider.Post("Patient/p/$meta-add", Meta($$"""{"tag":[{{tag}}],"profile":["urn:p"]}"""))).Is(200);
        Assert.Contains("\"code\":\"x\"", added.Text, StringComparison.Ordinal);
        Assert.Equal("W/\"2\"", added.ETag);
        Assert.Equal(["p"], (await provider.Get("Patient?_tag=urn:t|x")).Is(200).Ids);
        (await provider.Post("Patient/p/$meta-add", Meta($$"""{"tag":[{{tag}}]}"""))).Is(200);
        Assert.Equal(1, (await provider.Get("Patient/p")).Json.GetProperty("meta").GetProperty("tag").GetArrayLength());

        (await provider.Post("Patient/p/$meta-delete", Meta($$"""{"tag":[{{tag}}]}"""))).Is(200);
        var read = (await provider.Get("Patient/p/$meta")).Is(200);
        Assert.DoesNotContain("\"tag\"", read.Text, StringComparison.Ordinal);
        Assert.Contains("urn:p", read.Text, StringComparison.Ordinal);
        (await provider.Post("Patient/p/$meta-add", """{"resourceType":"Parameters"}""")).IsRefused(400, "invalid");
        (await provider.Post("Patient/none/$meta-add", Meta("{}"))).IsRefused(404, "not-found");
    }

    [Fact]
    public async Task A_label_is_added_as_by_an_update_and_not_taken_away_by_leaving_it_out()
    {
        const string label = """{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-Confidentiality","code":"R"}]}""";
        var clinic = await Clinic.Open(server);
        var (sees, blind) = (await clinic.Provider(), await clinic.Provider(seesSensitive: false));
        (await sees.Put("Patient/p", Sample.Patient("P", "p"))).Is(201);

        (await sees.Post("Patient/p/$meta-add", Meta(label))).Is(200);
        (await blind.Get("Patient/p")).IsRefused(404, "not-found");
        (await blind.Post("Patient/p/$meta-delete", Meta(label))).IsRefused(404, "not-found");
        (await sees.Post("Patient/p/$meta-delete", Meta(label))).Is(200);

        (await blind.Get("Patient/p")).IsRefused(404, "not-found");
    }

    [Theory]
    [InlineData("""{"resourceType":"Patient"}""", "information")]
    [InlineData("""{"resourceType":"Parameters","parameter":[{"name":"resource","resource":{"resourceType":"Patient"}}]}""", "information")]
    [InlineData("""{"resourceType":"Patient","birthDate":"soon"}""", "error")]
    [InlineData("""{"resourceType":"Basic","code":{"text":"x"}}""", "error")]
    public async Task Validate_tells_what_a_write_would_be_told_and_stores_nothing(string body, string severity)
    {
        var provider = await (await Clinic.Open(server)).Provider();

        var outcome = (await provider.Post("Patient/$validate", body)).Is(200);

        Assert.Equal("OperationOutcome", outcome.Json.GetProperty("resourceType").GetString());
        Assert.Equal(severity, outcome.Json.GetProperty("issue")[0].GetProperty("severity").GetString());
        Assert.Empty((await provider.Get("Patient")).Is(200).Ids);
        (await provider.Post("Patient/$validate?profile=urn:p", """{"resourceType":"Patient"}""")).IsRefused(404, "not-found");
        (await provider.Post("Nothing/$validate", body)).IsRefused(404, "not-supported");
    }

    [Fact]
    public async Task The_modes_of_validate_ask_what_they_name()
    {
        const string heartRate = "http://hl7.org/fhir/StructureDefinition/heartrate";
        var clinic = await Clinic.Open(server);
        var (provider, laboratory) = (await clinic.Provider(), await clinic.Has(Role.Lab));
        (await provider.Put("Patient/p", Sample.Patient("P", "p"))).Is(201);
        var named = Sample.Patient("P", "other");

        async Task<bool> HasErrors(Person person, string path, string body) => (await person.Post(path, body)).Is(200)
            .Json.GetProperty("issue").EnumerateArray().Any(issue => issue.GetProperty("severity").GetString() == "error");

        Assert.False(await HasErrors(provider, "Patient/p/$validate?mode=create", named));
        Assert.True(await HasErrors(provider, "Patient/p/$validate?mode=update", named));
        Assert.False(await HasErrors(provider, "Patient/p/$validate?mode=delete", ""));
        Assert.True(await HasErrors(laboratory, "Patient/p/$validate?mode=delete", ""));
        Assert.True(await HasErrors(provider, "Provenance/p/$validate?mode=delete", ""));
        Assert.True(await HasErrors(
            provider, $"Observation/$validate?mode=profile&profile={heartRate}", Sample.Observation("Patient/p")));
        Assert.False(await HasErrors(provider, "Observation/$validate?mode=create", Sample.Observation("Patient/p")));
        (await provider.Post("Patient/$validate?mode=delete", "")).IsRefused(400, "invalid");
        (await provider.Post("Patient/$validate?mode=profile", named)).IsRefused(400, "invalid");
        (await provider.Post("Patient/$validate?mode=other", named)).IsRefused(400, "not-supported");
        (await provider.Get("Patient/p")).Is(200);
    }

    [Fact]
    public async Task Lastn_gives_the_last_of_each_code_by_its_time()
    {
        var clinic = await Clinic.Open(server);
        var provider = await clinic.Provider();
        (await provider.Put("Patient/p", Sample.Patient("P", "p"))).Is(201);
        foreach (var (id, code, at) in new[]
        {
            ("h3", "h", "2030-03"), ("h1", "h", "2030-01"), ("h2", "h", "2030-02"), ("w1", "w", "2029"),
        })
        {
            (await provider.Put(
                $"Observation/{id}", Sample.Observation("Patient/p", code, id, $$""","effectiveDateTime":"{{at}}" """))).Is(201);
        }

        (await provider.Put("Observation/x", Sample.Observation("Patient/q", "h", "x", ""","effectiveDateTime":"2031" """))).Is(201);

        Assert.Equal(["h3", "w1"], (await provider.Get("Observation/$lastn?patient=p")).Is(200).Ids.Order(StringComparer.Ordinal));
        Assert.Equal(
            ["h2", "h3", "w1"], (await provider.Get("Observation/$lastn?subject=Patient/p&max=2")).Is(200).Ids.Order(StringComparer.Ordinal));
        Assert.Equal(["h3"], (await provider.Get("Observation/$lastn?patient=p&code=h")).Is(200).Ids);
        (await provider.Get("Observation/$lastn?code=h")).IsRefused(400, "invalid");
        (await provider.Get("Observation/$lastn?patient=p&max=0")).IsRefused(400, "invalid");
        (await provider.Get("Observation/$lastn?patient=p&shoe-size=44")).Is(400);
        (await (await clinic.Patient("q")).Get("Observation/$lastn?patient=p")).Is(200);
        Assert.Empty((await (await clinic.Patient("q")).Get("Observation/$lastn?patient=p")).Is(200).Ids);
        Assert.Equal(["Observation/h3/1"], (await AuditedAccess.Of(clinic)).First(entry => entry.Text("detail") == "lastn" && entry.Shown.Count == 1).Shown);
    }

    [Theory]
    [InlineData("Observation/$lastn?patient=p&categry=vital-signs", 400)]
    [InlineData("Observation/$lastn?patient=,", 400)]
    [InlineData("DocumentReference/$docref?patient=p&type=,", 400)]
    [InlineData("Observation/$lastn?patient=p&_elements=code", 400)]
    [InlineData("Observation/$lastn?patient=p&_include=Observation:subject", 400)]
    [InlineData("Observation/$lastn?patient=p&_cursor=x", 400)]
    public async Task What_an_operation_does_not_understand_is_refused_also_where_the_client_is_lenient(string path, int status)
    {
        var provider = await WithRecord();

        (await provider.Get(path)).Is(status);
        (await provider.Get(path, request => request.Headers.Add("Prefer", "handling=lenient"))).Is(status);
    }

    [Fact]
    public async Task Lastn_takes_observations_without_a_code_for_one_only_where_their_words_are_the_same()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        foreach (var (id, code) in new[]
        {
            ("a", """{"coding":[{"display":"Potassium"}]}"""), ("b", """{"coding":[{"display":"Sodium"}]}"""),
            ("c", """{"coding":[{"display":"Sodium"}]}"""), ("d", """{"coding":[{"display":"Sodium"}],"text":"Other"}"""),
            ("e", """{"coding":[{"system":"urn:s"}],"text":"Other"}"""), ("f", """{"coding":[{"system":"urn:s"}]}"""),
            ("g", """{"coding":[{"system":"urn:s"}]}"""),
        })
        {
            (await provider.Put($"Observation/{id}", Sample.Observation("Patient/p", id: id).Replace(
                """{"coding":[{"system":"http://loinc.org","code":"718-7"}]}""", code, StringComparison.Ordinal))).Is(201);
        }

        var last = (await provider.Get("Observation/$lastn?patient=p")).Is(200);

        Assert.Equal(["a", "c", "e", "f", "g"], last.Ids.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_change_of_meta_has_a_limit()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        (await provider.Put("Patient/p", Sample.Patient("P", "p"))).Is(201);

        (await provider.Post("Patient/p/$meta-add", Meta(Tags(1_000)))).Is(200);
        (await provider.Post("Patient/p/$meta-add", Meta(Tags(1_001)))).IsRefused(422, "too-costly");
        (await provider.Post("Patient/p/$meta-delete", Meta(Tags(999)))).Is(200);

        var left = (await provider.Get("Patient/p")).Is(200).Json.GetProperty("meta").GetProperty("tag");
        Assert.Equal("t999", Assert.Single(left.EnumerateArray()).GetProperty("code").GetString());

        static string Tags(int count)
        {
            var tags = Enumerable.Range(0, count).Select(number => $$"""{"system":"urn:t","code":"t{{number}}"}""");
            return $$"""{"tag":[{{string.Join(',', tags)}}]}""";
        }
    }

    [Fact]
    public async Task Match_ranks_those_who_may_be_the_one_described()
    {
        var clinic = await Clinic.Open(server);
        var provider = await clinic.Provider();
        const string identified = ""","identifier":[{"system":"urn:mrn","value":"1"}],"birthDate":"1930-05-17","gender":"female" """;
        (await provider.Put("Patient/same", Sample.Patient("Muñoz", "same", identified))).Is(201);
        (await provider.Put("Patient/twin", Sample.Patient("Munoz", "twin", ""","birthDate":"1930-05-17","gender":"female" """))).Is(201);
        (await provider.Put("Patient/other", Sample.Patient("Jones", "other", ""","birthDate":"1930-05-17" """))).Is(201);

        var found = (await provider.Post("Patient/$match", Described(identified))).Is(200);

        Assert.Equal(["same", "twin"], found.Ids);
        var search = found.Entries.Select(entry => entry.GetProperty("search")).ToList();
        Assert.Equal(["certain", "possible"], search.Select(each => each.GetProperty("extension")[0].GetProperty("valueCode").GetString()));
        Assert.True(search[0].GetProperty("score").GetDouble() > search[1].GetProperty("score").GetDouble());
        Assert.Equal(
            ["same"], (await provider.Post("Patient/$match", Described(identified, onlyCertain: true))).Is(200).Ids);
        (await provider.Post("Patient/$match", Described(""))).IsRefused(400, "invalid");
        (await provider.Post("Patient/$match", """{"resourceType":"Basic"}""")).IsRefused(400, "invalid");
        Assert.Empty((await (await clinic.Patient("other")).Post("Patient/$match", Described(identified))).Is(200).Ids);
    }

    private static string Described(string more, bool onlyCertain = false)
    {
        var certain = onlyCertain ? """,{"name":"onlyCertainMatches","valueBoolean":true}""" : "";
        return $$"""{"resourceType":"Parameters","parameter":[{"name":"resource","resource":{{Sample.Patient("Munoz", more: more)}}}{{certain}}]}""";
    }

    private static string Meta(string meta) => $$"""{"resourceType":"Parameters","parameter":[{"name":"meta","valueMeta":{{meta}}}]}""";

    private async Task<Person> WithRecord()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        (await provider.Put("Patient/p", Sample.Patient("P", "p"))).Is(201);
        (await provider.Put(
            "Encounter/e",
            """{"resourceType":"Encounter","id":"e","status":"finished","class":{"code":"AMB"},"subject":{"reference":"Patient/p"}}""")).Is(201);
        (await provider.Put("Observation/old", Sample.Observation("Patient/p", id: "old", more: ""","effectiveDateTime":"2020-03-07" """))).Is(201);
        (await provider.Put("Observation/new", Sample.Observation(
            "Patient/p", id: "new", more: ""","effectiveDateTime":"2031-03-07","encounter":{"reference":"Encounter/e"}"""))).Is(201);
        (await provider.Put("Observation/others", Sample.Observation("Patient/q", id: "others"))).Is(201);
        (await provider.Put(
            "Condition/dateless", """{"resourceType":"Condition","id":"dateless","subject":{"reference":"Patient/p"}}""")).Is(201);
        (await provider.Put("Observation/gone", Sample.Observation("Patient/p", id: "gone"))).Is(201);
        (await provider.Delete("Observation/gone")).Is(204);
        return provider;
    }
}

public sealed class OperationsOnSqlite(SqliteFhirServer server) : OperationTests(server);

public sealed class OperationsOnPostgres(PostgresFhirServer server) : OperationTests(server);
