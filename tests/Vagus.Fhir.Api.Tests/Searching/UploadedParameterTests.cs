using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Fhir.Profiles;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Fhir.Writing;
using Vagus.Kernel;
using Vagus.Storage.Consuming;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;
using Vagus.Testing;

namespace Vagus.Fhir.Api.Tests.Searching;

/// <summary>Search parameters that a tenant uploads: what they find, for whom, and from when on.</summary>
public abstract class UploadedParameterTests(Engine engine) : IAsyncLifetime
{
    private readonly HeldClock clock = new();
    private FhirServer? server;

    private FhirServer Server => server ?? throw new InvalidOperationException("not started");

    public async ValueTask InitializeAsync() => server = await Start(besides: null);

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData("token", "Patient.extension.where(url = 'urn:x').value", "x=urn:s|red", "a")]
    [InlineData("token", "Patient.extension.where(url = 'urn:x').value", "x:not=urn:s|red", "b")]
    [InlineData("token", "Patient.extension.where(url = 'urn:x').value", "x:text=a red", "a")]
    [InlineData("token", "Patient.extension.where(url = 'urn:x').value", "x:missing=true", "b")]
    [InlineData("token", "Patient.extension.where(url = 'urn:x').value.as(CodeableConcept)", "x=red", "a")]
    [InlineData("token", "Patient.contact.relationship | Practitioner.qualification.code", "x=kin", "b")]
    [InlineData("token", "Patient.contact.exists()", "x=true", "b")]
    [InlineData("string", "Patient.contact.name", "x=gr", "b")]
    [InlineData("string", "Patient.contact.name", "x:contains=reta", "b")]
    [InlineData("string", "Patient.contact.name.family", "x:exact=Gruber", "b")]
    [InlineData("date", "Patient.contact.period", "x=ge2020", "b")]
    [InlineData("number", "Patient.multipleBirth.ofType(integer)", "x=2", "a")]
    [InlineData("uri", "Patient.extension.url", "x=urn:x", "a")]
    [InlineData("reference", "Patient.contact.organization", "x=Organization/o", "b")]
    [InlineData("reference", "Patient.contact.organization", "x:Organization.name=Fami", "b")]
    [InlineData("reference", "Patient.contact.organization", "_include=Patient:x&_id=b", "b,o")]
    [InlineData("date", "Patient.contact.period", "_sort=x", "b,a")]
    [InlineData("string", "Patient.contact.name.family", "_sort=-x", "b,a")]
    public async Task A_parameter_finds_what_was_there_before_and_what_comes_later(
        string type, string expression, string query, string expected)
    {
        foreach (var isBefore in new[] { true, false })
        {
            var admin = await (await Clinic.Open(Server)).Admin();
            if (isBefore) await Record(admin);
            (await admin.Put("SearchParameter/sp", Parameter("sp", "x", type, expression, "Organization"))).Is(201);
            if (!isBefore) await Record(admin);

            await Turn();

            var found = (await admin.Get($"Patient?{query}")).Is(200);
            var ids = query.Contains("_sort", StringComparison.Ordinal) ? found.Ids : [.. found.Ids.Order(StringComparer.Ordinal)];
            Assert.Equal(expected, string.Join(',', ids));
        }
    }

    [Fact]
    public async Task What_named_its_target_by_the_address_by_which_it_came_is_found_when_the_index_is_made_later()
    {
        var admin = await (await Clinic.Open(Server)).Admin();
        (await admin.Put("Patient/b", """
            {"resourceType":"Patient","id":"b","contact":[{"organization":{"reference":"http://another.name/fhir/Organization/o"}}]}
            """, request => request.Headers.Host = "another.name")).Is(201);
        (await admin.Put("SearchParameter/sp", Parameter("sp", "x", "reference", "Patient.contact.organization", "Organization"))).Is(201);

        await Turn();

        Assert.Equal(["b"], (await admin.Get("Patient?x=Organization/o")).Is(200).Ids);
    }

    [Fact]
    public async Task Before_the_index_is_made_a_search_is_told_so_and_how_far_it_is()
    {
        var admin = await (await Clinic.Open(Server)).Admin();
        await Record(admin);

        (await admin.Put("SearchParameter/sp", Parameter("sp", "x", "string", "Patient.contact.name"))).Is(201);

        foreach (var query in new[] { "Patient?x=gr", "Patient?_sort=x", "Observation?patient.x=gr", "Patient?x:missing=true" })
            Assert.Contains("'x' of Patient is being indexed", (await admin.Get(query)).IsRefused(503, "transient").Text, StringComparison.Ordinal);
        Assert.Equal("Patient indexing 0", await Status(admin, "sp"));
        await Turn();
        Assert.Equal("Patient indexed 2 2", await Status(admin, "sp"));
        Assert.Equal(["b"], (await admin.Get("Patient?x=gr")).Is(200).Ids);
    }

    [Fact]
    public async Task Index_rows_go_with_the_resource_with_the_definition_and_with_its_change()
    {
        var admin = await (await Clinic.Open(Server)).Admin();
        await Record(admin);
        (await admin.Put("SearchParameter/sp", Parameter("sp", "x", "string", "Patient.contact.name"))).Is(201);
        await Turn();
        (await admin.Delete("Patient/b")).Is(204);
        Assert.Empty((await admin.Get("Patient?x=gr")).Is(200).Ids);

        (await admin.Put("SearchParameter/sp", Parameter("sp", "x", "string", "Patient.name"))).Is(200);
        (await admin.Get("Patient?x=ada")).IsRefused(503, "transient");
        await Turn();
        Assert.Equal(["a"], (await admin.Get("Patient?x=ada")).Is(200).Ids);

        (await admin.Delete("SearchParameter/sp")).Is(204);
        (await admin.Get("Patient?x=ada")).IsRefused(400, "not-supported");
        await Turn();
        Assert.Equal(0, await RowsOfUploads());
        (await admin.Put("SearchParameter/sp", Parameter("sp", "x", "string", "Patient.name"))).Is(201);
        await Turn();
        Assert.Equal(["a"], (await admin.Get("Patient?x=ada")).Is(200).Ids);
    }

    [Fact]
    public async Task A_parameter_is_of_its_organization_alone_and_finds_nothing_out_of_reach()
    {
        var (clinic, elsewhere) = (await Clinic.Open(Server), await Clinic.Open(Server));
        var (admin, stranger) = (await clinic.Admin(), await elsewhere.Admin());
        await Record(admin);
        await Record(stranger);
        (await admin.Put("SearchParameter/sp", Parameter("sp", "x", "string", "Patient.contact.name"))).Is(201);
        (await stranger.Put("SearchParameter/sp", Parameter("sp", "y", "string", "Patient.name"))).Is(201);
        await Turn();

        (await stranger.Get("Patient?x=gr")).IsRefused(400, "not-supported");
        (await admin.Get("Patient?y=ada")).IsRefused(400, "not-supported");
        Assert.Equal(["b"], (await admin.Get("Patient?x=gr")).Is(200).Ids);
        Assert.Equal(["a"], (await stranger.Get("Patient?y=ada")).Is(200).Ids);
        var (own, other) = (await clinic.Patient("b"), await clinic.Patient("a"));
        foreach (var (person, expected) in new[] { (own, 1), (other, 0) })
        {
            Assert.Equal(expected, (await person.Get("Patient?x=gr")).Is(200).Ids.Count);
            Assert.Equal(expected, (await person.Get("Patient?x=gr&_summary=count")).Is(200).Total);
        }
    }

    [Fact]
    public async Task The_capability_statement_shows_it_to_callers_of_the_organization_only()
    {
        var (admin, stranger) = (await (await Clinic.Open(Server)).Admin(), await (await Clinic.Open(Server)).Admin());
        (await admin.Put("SearchParameter/sp", Parameter("sp", "x", "string", "Patient.contact.name"))).Is(201);

        Assert.Contains("\"urn:test:x\"", (await admin.Get("metadata")).Is(200).Text, StringComparison.Ordinal);
        foreach (var person in new[] { stranger, new Person(Server, token: null), new Person(Server, "no.such.token") })
            Assert.DoesNotContain("\"urn:test:x\"", (await person.Get("metadata")).Is(200).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("token", "Patient.contact.where(", "no FHIRPath")]
    [InlineData("token", "Patient.brithDate", "brithDate")]
    [InlineData("token", "Patient.name", "finds nothing")]
    [InlineData("date", "Patient.contact.name", "finds nothing")]
    [InlineData("token", "Practitioner.active", "selects nothing of Patient")]
    [InlineData("date", "Patient.birthDate.where($this < now())", "now()")]
    [InlineData("token", "Patient.name.family.matches('a+')", "matches()")]
    [InlineData("token", "%other.active", "variable")]
    [InlineData("token", "", "expression")]
    [InlineData("composite", "Patient", "type")]
    [InlineData("special", "Patient.active", "type")]
    public async Task What_cannot_be_applied_is_refused_with_the_cause(string type, string expression, string cause)
    {
        var admin = await (await Clinic.Open(Server)).Admin();

        var refused = (await admin.Put("SearchParameter/sp", Parameter("sp", "x", type, expression))).IsRefused(422, "processing");

        Assert.Contains(cause, refused.Text, StringComparison.Ordinal);
        var draft = Parameter("sp", "x", type, expression.Length == 0 ? "Patient" : expression);
        (await admin.Put("SearchParameter/sp", draft.Replace("\"active\"", "\"draft\"", StringComparison.Ordinal))).Is(201);
    }

    [Fact]
    public async Task A_code_that_is_taken_and_one_too_many_are_refused_and_staff_may_not_change_what_is_searched_by()
    {
        var clinic = await Clinic.Open(Server);
        var (admin, provider) = (await clinic.Admin(), await clinic.Provider());
        var parameter = Parameter("sp", "x", "string", "Patient.contact.name");
        (await admin.Put("SearchParameter/sp", Parameter("sp", "birthdate", "date", "Patient.birthDate"))).IsRefused(422, "processing");
        (await provider.Put("SearchParameter/sp", parameter)).IsRefused(403, "forbidden");
        (await admin.Put("SearchParameter/sp", parameter)).Is(201);
        (await admin.Put("SearchParameter/other", Parameter("other", "x", "string", "Patient.name"))).IsRefused(409, "conflict");
        (await provider.Put("SearchParameter/sp", parameter.Replace("\"active\"", "\"retired\"", StringComparison.Ordinal))).Is(403);
        (await provider.Delete("SearchParameter/sp")).IsRefused(403, "forbidden");
        for (var number = 1; number < UploadedParameters.Most; number++)
            (await admin.Put($"SearchParameter/n{number}", Parameter($"n{number}", $"n{number}", "string", "Patient.name"))).Is(201);

        (await admin.Put("SearchParameter/more", Parameter("more", "more", "string", "Patient.name"))).IsRefused(422, "too-costly");
    }

    [Fact]
    public async Task Indexing_goes_on_in_another_process_where_the_last_part_was_committed()
    {
        var clinic = await Clinic.Open(Server);
        var admin = await clinic.Admin();
        var patients = Enumerable.Range(0, 450).Select(number =>
            $$$"""{"resource":{"resourceType":"Patient","contact":[{"name":{"family":"Gruber{{{number}}}"}}]},"request":{"method":"POST","url":"Patient"}}""");
        (await admin.Bundle("transaction", patients)).Is(200);
        (await admin.Put("SearchParameter/sp", Parameter("sp", "x", "string", "Patient.contact.name"))).Is(201);
        var row = Assert.Single(await Server.Get<UploadedParameters>().RowsOf(clinic.Tenant, "sp", default));
        Assert.True(await Duty(Server).Work(row, TestContext.Current.CancellationToken));
        Assert.Equal("Patient indexing 200 450", await Status(admin, "sp"));

        clock.Advance(TimeSpan.FromMinutes(1));
        await using var another = await Start(besides: Server);
        await Duty(another).Turn(TestContext.Current.CancellationToken);

        Assert.Equal("Patient indexed 450 450", await Status(admin, "sp"));
        Assert.Equal(450, (await admin.Get("Patient?x=gruber&_summary=count")).Is(200).Total);
    }

    [Fact]
    public async Task The_number_of_a_removed_parameter_is_not_given_again()
    {
        var clinic = await Clinic.Open(Server);
        var admin = await clinic.Admin();
        var numbers = new List<long>();

        foreach (var id in new[] { "one", "two", "three" })
        {
            (await admin.Put($"SearchParameter/{id}", Parameter(id, "x", "string", "Patient.name"))).Is(201);
            numbers.Add(Assert.Single(await Server.Get<UploadedParameters>().RowsOf(clinic.Tenant, id, default)).Number);
            (await admin.Delete($"SearchParameter/{id}")).Is(204);
            await Turn();
        }

        Assert.Equal([1_000_000, 1_000_001, 1_000_002], numbers);
        Assert.Equal(1, await Server.Get<Storage.Database>().QueryOne(
            CountKept, [clinic.Tenant.Value], row => row.GetInt64(0), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_write_that_waited_for_its_turn_is_found_by_a_parameter_that_was_indexed_meanwhile()
    {
        var clinic = await Clinic.Open(Server);
        var admin = await clinic.Admin();
        // Known from before: the write takes its plan at once.
        await Server.Get<UploadedParameters>().Of(clinic.Tenant, default);
        await Server.Get<FullText>().IsOn(clinic.Tenant, default);
        await Server.Get<ProfilePolicy>().Of(clinic.Tenant, default);
        var (started, gate) = (new TaskCompletionSource(), new TaskCompletionSource());
        var elsewhere = Server.Get<GroupCommit>().Write<bool>(
            clinic.Tenant,
            async (write, cancel) =>
            {
                started.SetResult();
                await gate.Task;
                await write.Execute(AddIndexed, [write.Tenant.Value, BodyOf("string", "Patient.contact.name")], cancel);
                return true;
            },
            default).AsTask();
        await started.Task;

        var call = CallOf(clinic);
        var patient = ResourcePreparation.OfBody(call, ResourceInteractions.Create, "Patient", "b", """
            {"resourceType":"Patient","contact":[{"name":{"family":"Gruber"}}]}
            """u8.ToArray());
        var created = Server.Get<FhirWrites>().Create(call, patient.Value).AsTask();
        clock.Advance(TimeSpan.FromMinutes(1));
        gate.SetResult();
        await elsewhere;
        Assert.False((await created).IsRefused);

        Assert.Equal(["b"], (await admin.Get("Patient?x=gr")).Is(200).Ids);
    }

    private FhirCall CallOf(Clinic clinic)
    {
        var caller = new Caller(clinic.Tenant, new UserId("u"), Role.Admin, new SessionId("s"));
        return new FhirCall(caller, Reach.Of(caller, TenantNarrowing.None, ceiling: null), "http://localhost/fhir", OwnBases.None, clock)
        {
            Bodies = new BodyBudget(1_000),
        };
    }

    private static string BodyOf(string type, string expression)
    {
        var read = UploadedDefinition.Read(JsonElement.Parse(Parameter("sp", "x", type, expression)));
        return UploadedRow.BodyOf(Assert.Single(read.Value).Parameter);
    }

    private static readonly Statement AddIndexed = new("""
        insert into fhir_search_parameter (
          tenant_id, number, resource_id, type, code, body, state, changed_at, rid, done, total)
        values (@tenant_id, 1000000, 'sp', 'Patient', 'x', @body, 'indexed', 0, 0, 0, 0)
        """);

    private static readonly Statement CountKept = new("select count(*) from fhir_search_parameter where tenant_id = @tenant_id");

    private static IndexParameters Duty(FhirServer server) => server.Get<IEnumerable<LeasedDuty>>().OfType<IndexParameters>().Single();

    private async Task<FhirServer> Start(FhirServer? besides)
    {
        var started = new FhirServer(engine, clock, besides);
        await started.InitializeAsync();
        return started;
    }

    private async Task Turn()
    {
        clock.Advance(TimeSpan.FromMinutes(1));
        await Duty(Server).Turn(TestContext.Current.CancellationToken);
    }

    private async Task<long> RowsOfUploads() => await Server.Get<Storage.Database>().QueryOne(
        CountRows, [], row => row.GetInt64(0), TestContext.Current.CancellationToken);

    private static readonly Statement CountRows = new("""
        select (select count(*) from fhir_string where param >= 1000000)
          + (select count(*) from fhir_search_parameter where state <> 'removed')
        """);

    private static async Task<string> Status(Person admin, string id)
    {
        var answer = (await admin.Get($"SearchParameter/{id}/$index-status")).Is(200).Json;
        return string.Join(';', answer.GetProperty("parameter").EnumerateArray().Select(index => string.Join(
            ' ', index.GetProperty("part").EnumerateArray().Select(part => part.EnumerateObject().Last().Value.ToString()))));
    }

    private static async Task Record(Person admin)
    {
        (await admin.Put("Organization/o", """{"resourceType":"Organization","id":"o","name":"Family & Co"}""")).Is(201);
        (await admin.Put("Patient/a", """
            {"resourceType":"Patient","id":"a","name":[{"family":"Adams"}],"multipleBirthInteger":2,"extension":[{"url":"urn:x",
             "valueCodeableConcept":{"text":"A red one","coding":[{"system":"urn:s","code":"red"}]}}]}
            """)).Is(201);
        (await admin.Put("Patient/b", """
            {"resourceType":"Patient","id":"b","name":[{"family":"Baker"}],"contact":[{"relationship":[{"coding":[{"code":"kin"}]}],
             "name":{"family":"Gruber","given":["Greta"]},"period":{"start":"2021-03-01"},"organization":{"reference":"Organization/o"}}]}
            """)).Is(201);
    }

    private static string Parameter(string id, string code, string type, string expression, string? target = null) => $$"""
        {"resourceType":"SearchParameter","id":"{{id}}","url":"urn:test:{{code}}","name":"{{code}}","status":"active","description":"x",
         "code":"{{code}}","base":["Patient"],"type":"{{type}}"{{(target is null ? "" : $",\"target\":[\"{target}\"]")}}
         {{(expression.Length == 0 ? "" : $",\"expression\":\"{expression}\"")}}}
        """;

    private sealed class HeldClock : TimeProvider
    {
        private DateTimeOffset now = System.GetUtcNow();

        public override DateTimeOffset GetUtcNow() => now;

        public void Advance(TimeSpan by) => now += by;
    }
}

public sealed class UploadedParametersOnSqlite() : UploadedParameterTests(Engine.Sqlite);

public sealed class UploadedParametersOnPostgres() : UploadedParameterTests(Engine.Postgres);
