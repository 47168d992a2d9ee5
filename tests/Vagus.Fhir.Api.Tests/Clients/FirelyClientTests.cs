// Every element of the SDK's model may be null: what is missing fails the test.
#nullable disable

using System.Net.Http.Headers;
using Hl7.Fhir.Model;
using Hl7.Fhir.Rest;

namespace Vagus.Fhir.Api.Tests.Clients;

/// <summary>Firely's FhirClient, with its default settings and in JSON: what a .NET application does with this server.</summary>
public abstract class FirelyClientTests(FhirServer server)
{
    [Theory]
    [InlineData(null)]
    [InlineData(ResourceFormat.Json)]
    public async System.Threading.Tasks.Task A_record_is_written_read_found_and_deleted(ResourceFormat? format)
    {
        using var client = await Client(format);

        var created = await client.CreateAsync(Patient("First"));
        Assert.Equal("1", created.Meta.VersionId);
        created.Name[0].Family = "Second";
        created.BirthDate = "1930-05-17";
        var updated = (await client.UpdateAsync(created, versionAware: true));
        Assert.Equal("2", updated.Meta.VersionId);
        var stale = await Assert.ThrowsAsync<FhirOperationException>(() => client.UpdateAsync(created, versionAware: true));
        Assert.Equal(System.Net.HttpStatusCode.PreconditionFailed, stale.Status);

        var read = (await client.ReadAsync<Patient>($"Patient/{created.Id}"));
        Assert.Equal("Second", read.Name[0].Family);
        Assert.Equal("First", (await client.ReadAsync<Patient>($"Patient/{created.Id}/_history/1")).Name[0].Family);

        await client.DeleteAsync(read);
        var gone = await Assert.ThrowsAsync<FhirOperationException>(() => client.ReadAsync<Patient>($"Patient/{created.Id}"));
        Assert.Equal(System.Net.HttpStatusCode.Gone, gone.Status);
        Assert.Equal(3, (await client.HistoryAsync(new Uri($"Patient/{created.Id}", UriKind.Relative))).Entry.Count);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(ResourceFormat.Json)]
    public async System.Threading.Tasks.Task A_search_is_paged_to_its_end_and_histories_are_read(ResourceFormat? format)
    {
        using var client = await Client(format);
        for (var number = 0; number < 5; number++) await client.CreateAsync(Patient($"Paged{number}"));

        var names = new List<string>();
        for (var page = await client.SearchAsync<Patient>(["family=paged"], pageSize: 2); page is not null; page = await client.ContinueAsync(page))
            names.AddRange(page.Entry.Select(entry => ((Patient)entry.Resource).Name[0].Family));

        Assert.Equal(["Paged4", "Paged3", "Paged2", "Paged1", "Paged0"], names);
        Assert.Equal(5, (await client.TypeHistoryAsync<Patient>()).Entry.Count);
        Assert.Equal(5, (await client.WholeSystemHistoryAsync()).Entry.Count);
        Assert.Equal(2, (await client.TypeHistoryAsync<Patient>(pageSize: 2)).Entry.Count);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(ResourceFormat.Json)]
    public async System.Threading.Tasks.Task Conditions_and_patches_work(ResourceFormat? format)
    {
        using var client = await Client(format);
        var condition = new SearchParams("identifier", "urn:mrn|1");

        var created = (await client.ConditionalUpdateAsync(Patient("First"), condition));
        var updated = (await client.ConditionalUpdateAsync(Patient("Second"), condition));
        Assert.Equal((created.Id, "2"), (updated.Id, updated.Meta.VersionId));

        var patch = new Parameters();
        patch.AddReplacePatchParameter("Patient.name[0].family", new FhirString("Third"));
        patch.AddAddPatchParameter("Patient", "birthDate", new Date("1930-05-17"));
        var patched = (Patient)(await client.PatchAsync(new Uri($"Patient/{created.Id}", UriKind.Relative), patch));
        Assert.Equal(("Third", "1930-05-17"), (patched.Name[0].Family, patched.BirthDate));

        await client.ConditionalDeleteSingleAsync(condition, "Patient");
        Assert.Empty((await client.SearchAsync<Patient>(condition)).Entry);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(ResourceFormat.Json)]
    public async System.Threading.Tasks.Task A_transaction_is_done_and_decimals_and_narratives_survive(ResourceFormat? format)
    {
        using var client = await Client(format);
        var patient = Patient("Bundled");
        patient.Text = new Narrative
        {
            Status = Narrative.NarrativeStatus.Generated, Div = "<div xmlns=\"http://www.w3.org/1999/xhtml\">a &amp; <b>b</b> é</div>",
        };
        var observation = new Observation
        {
            Status = ObservationStatus.Final, Code = new CodeableConcept("http://loinc.org", "718-7"),
            Subject = new ResourceReference("urn:uuid:0b0a1f6c-0000-4000-8000-000000000001"), Value = new Quantity(13.200m, "g/dL"),
        };
        var bundle = new Bundle { Type = Bundle.BundleType.Transaction };
        bundle.Entry.Add(new Bundle.EntryComponent
        {
            FullUrl = "urn:uuid:0b0a1f6c-0000-4000-8000-000000000001", Resource = patient,
            Request = new Bundle.RequestComponent { Method = Bundle.HTTPVerb.POST, Url = "Patient" },
        });
        bundle.Entry.Add(new Bundle.EntryComponent
        {
            Resource = observation, Request = new Bundle.RequestComponent { Method = Bundle.HTTPVerb.POST, Url = "Observation" },
        });

        var answer = (await client.TransactionAsync(bundle));
        Assert.All(answer.Entry, entry => Assert.StartsWith("201", entry.Response.Status, StringComparison.Ordinal));
        var read = (await client.ReadAsync<Observation>(answer.Entry[1].Response.Location));
        Assert.Equal("13.200", ((Quantity)read.Value).Value.Value.ToString(System.Globalization.CultureInfo.InvariantCulture));
        var subject = (await client.ReadAsync<Patient>(read.Subject.Reference));
        Assert.Equal(patient.Text.Div, subject.Text.Div);
    }

    [Fact]
    public async System.Threading.Tasks.Task The_capability_statement_is_read_and_names_what_there_is()
    {
        using var client = await Client(format: null);

        var statement = (await client.CapabilityStatementAsync());

        var patient = statement.Rest[0].Resource.Single(resource => resource.Type == "Patient");
        Assert.True(patient.ConditionalCreate is true && patient.ConditionalUpdate is true);
        Assert.Contains(patient.Interaction, each => each.Code == CapabilityStatement.TypeRestfulInteraction.Patch);
        Assert.Contains("xml", statement.Format);
    }

    private static Patient Patient(string family) => new()
    {
        Name = [new HumanName { Family = family }], Identifier = [new Identifier("urn:mrn", "1")], Active = true,
    };

    private async Task<FhirClient> Client(ResourceFormat? format)
    {
        var provider = await (await Clinic.Open(server)).Provider();
        var http = new HttpClient { BaseAddress = new Uri(server.Address, "/fhir/") };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", provider.Token);
        var settings = format is { } chosen ? new FhirClientSettings { PreferredFormat = chosen } : null;
        return new FhirClient(new Uri(server.Address, "/fhir"), http, settings);
    }
}

public sealed class FirelyClientOnSqlite(SqliteFhirServer server) : FirelyClientTests(server);

public sealed class FirelyClientOnPostgres(PostgresFhirServer server) : FirelyClientTests(server);
