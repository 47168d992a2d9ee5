namespace Vagus.Fhir.Api.Tests.Searching;

/// <summary>Searches of several types by a form: <c>POST /fhir/_search</c> finds what <c>GET /fhir</c> does.</summary>
public abstract class SystemSearchTests(FhirServer server)
{
    [Theory]
    [InlineData("_type=Patient,Observation", "o,p,q")]
    [InlineData("_type=Observation", "o")]
    [InlineData("_type=Patient,Observation&_id=o,q", "o,q")]
    [InlineData("_type=Encounter,Condition", "")]
    public async Task A_form_finds_what_the_address_finds(string query, string expected)
    {
        var provider = await WithRecords(await Clinic.Open(server));

        var (form, address) = ((await Search(provider, query)).Is(200), (await provider.Get($"?{query}")).Is(200));

        Assert.Equal(expected, string.Join(',', form.Ids.Order(StringComparer.Ordinal)));
        Assert.Equal(address.Ids, form.Ids);
        Assert.Equal(address.Total, form.Total);
    }

    [Fact]
    public async Task Its_pages_neither_repeat_nor_skip()
    {
        var provider = await WithRecords(await Clinic.Open(server));
        var first = (await Search(provider, "_type=Patient,Observation&_count=1")).Is(200);
        var ids = first.Ids.ToList();

        for (var next = first.Next; next is not null;)
        {
            var page = (await provider.Get(next)).Is(200);
            ids.AddRange(page.Ids);
            next = page.Next;
        }

        Assert.Equal(["o", "p", "q"], ids.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task It_finds_nothing_that_its_caller_may_not_see()
    {
        var clinic = await Clinic.Open(server);
        var provider = await WithRecords(clinic);
        (await provider.Put("Observation/closed", Sample.Observation("Patient/p", id: "closed", more: Sample.Labelled("R")))).Is(201);
        const string all = "_type=Patient,Observation";

        Assert.Equal(4, (await Search(provider, all)).Is(200).Ids.Count);
        Assert.DoesNotContain("closed", (await Search(await clinic.Provider(seesSensitive: false), all)).Is(200).Ids);
        Assert.Equal(["q"], (await Search(await clinic.Patient("q"), all)).Is(200).Ids);
        Assert.Empty((await Search(await (await Clinic.Open(server)).Provider(), all)).Is(200).Ids);
        Assert.Equal(401, (await Search(new Person(server, token: null), all)).Status);
    }

    [Theory]
    [InlineData("", 400)]
    [InlineData("_type=Nothing", 404)]
    [InlineData("_type=Patient,Observation&code=x", 400)]
    [InlineData("_type=Patient,Observation&_sort=_id", 400)]
    [InlineData("_type=Account,ActivityDefinition,Appointment,Basic,Binary,CarePlan,CareTeam,Claim,Condition,Consent,Coverage,Device,Encounter,Goal,Group,List,Patient", 422)]
    public async Task What_it_cannot_ask_is_refused(string form, int status) =>
        Assert.Equal(status, (await Search(await (await Clinic.Open(server)).Provider(), form)).Status);

    [Fact]
    public async Task Another_body_than_a_form_is_refused()
    {
        var provider = await (await Clinic.Open(server)).Provider();

        (await provider.Post("_search", """{"resourceType":"Parameters"}""")).IsRefused(415, "not-supported");
    }

    private static Task<Answer> Search(Person person, string form) => person.Post("_search", form, request =>
        request.Content!.Headers.ContentType = new("application/x-www-form-urlencoded"));

    private static async Task<Person> WithRecords(Clinic clinic)
    {
        var provider = await clinic.Provider();
        foreach (var id in new[] { "p", "q" }) (await provider.Put($"Patient/{id}", Sample.Patient("P", id))).Is(201);
        (await provider.Put("Observation/o", Sample.Observation("Patient/p", id: "o"))).Is(201);
        return provider;
    }
}

public sealed class SystemSearchOnSqlite(SqliteFhirServer server) : SystemSearchTests(server);

public sealed class SystemSearchOnPostgres(PostgresFhirServer server) : SystemSearchTests(server);
