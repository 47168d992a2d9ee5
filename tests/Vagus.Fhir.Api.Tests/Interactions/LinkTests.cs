using System.Xml.Linq;

namespace Vagus.Fhir.Api.Tests.Interactions;

/// <summary>Links of answers, and formats that are named otherwise than in the address.</summary>
public abstract class LinkTests(FhirServer server)
{
    private static readonly XNamespace Fhir = "http://hl7.org/fhir";

    [Theory]
    [InlineData("Patient?_count=1&_format=xml&_pretty=true")]
    [InlineData("_history?_count=1&_format=xml&_pretty=true")]
    [InlineData("Patient/a/$everything?_count=1&_format=xml&_pretty=true")]
    public async Task The_next_page_comes_in_the_format_of_the_first(string query)
    {
        var provider = await WithPatients();

        var page = XDocument.Parse((await provider.Get(query)).Is(200).Text);
        var next = page.Root!.Elements(Fhir + "link").Select(link => (
            Relation: link.Element(Fhir + "relation")!.Attribute("value")!.Value, Url: link.Element(Fhir + "url")!.Attribute("value")!.Value))
            .Single(link => link.Relation == "next").Url;
        var following = (await provider.Get(next)).Is(200);

        Assert.Contains("_format=xml&_pretty=true", next, StringComparison.Ordinal);
        Assert.Equal("application/fhir+xml", following.ContentHeaders.ContentType?.MediaType);
        Assert.Contains("\n  <", following.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("_format=xml", "*/*", "application/fhir+xml")]
    [InlineData("_format=json", "text/turtle", "application/fhir+json")]
    [InlineData("_id=a", "application/fhir+xml", "application/fhir+xml")]
    public async Task A_form_names_the_format_too(string form, string accept, string media)
    {
        var provider = await WithPatients();

        var found = (await Search(provider, form, accept)).Is(200);

        Assert.Equal(media, found.ContentHeaders.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("_format=text/turtle", "*/*")]
    [InlineData("_id=a", "text/turtle")]
    public async Task A_form_that_names_no_format_of_ours_is_not_acceptable(string form, string accept) =>
        (await Search(await WithPatients(), form, accept)).IsRefused(406, "not-supported");

    [Theory]
    [InlineData("application/json", "application/json")]
    [InlineData("text/xml", "text/xml")]
    [InlineData("application/fhir+json", "application/fhir+json")]
    [InlineData("application/json, application/fhir+json", "application/fhir+json")]
    public async Task A_generic_media_type_is_answered_as_it_was_asked_for(string accept, string media)
    {
        var provider = await WithPatients();

        var read = (await provider.Get("Patient/a", request => request.Headers.TryAddWithoutValidation("Accept", accept))).Is(200);

        Assert.Equal(media, read.ContentHeaders.ContentType?.MediaType);
    }

    [Fact]
    public async Task Entries_of_a_history_say_where_their_version_is()
    {
        var provider = await WithPatients();

        foreach (var entry in (await provider.Get("Patient/_history")).Is(200).Entries)
        {
            var location = entry.GetProperty("response").GetProperty("location").GetString()!;
            Assert.Equal(entry.GetProperty("fullUrl").GetString() + "/_history/1", location);
            (await provider.Get(location)).Is(200);
        }
    }

    [Fact]
    public async Task The_self_link_says_how_many_entries_a_page_has()
    {
        var provider = await WithPatients();

        var page = (await provider.Get("Patient?_count=7&_count=1000000")).Is(200);

        Assert.Contains("_count=1000\"", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("_count=7", page.Text, StringComparison.Ordinal);
    }

    private static Task<Answer> Search(Person person, string form, string accept) =>
        person.Send(HttpMethod.Post, "/fhir/Patient/_search", form, request =>
        {
            request.Content!.Headers.ContentType = new("application/x-www-form-urlencoded");
            request.Headers.TryAddWithoutValidation("Accept", accept);
        });

    private async Task<Person> WithPatients()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        (await provider.Put("Patient/a", Sample.Patient("A", "a"))).Is(201);
        (await provider.Put("Patient/b", Sample.Patient("B", "b"))).Is(201);
        (await provider.Put("Observation/o", Sample.Observation("Patient/a", id: "o"))).Is(201);
        return provider;
    }
}

public sealed class LinksOnSqlite(SqliteFhirServer server) : LinkTests(server);

public sealed class LinksOnPostgres(PostgresFhirServer server) : LinkTests(server);
