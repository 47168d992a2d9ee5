using System.Text.Json;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Api.Tests.Access;

/// <summary>References that are absolute URLs of this server are references to its resources, on every path.</summary>
public abstract class OwnAddressTests(FhirServer server, Engine engine)
{
    private string Here => $"{server.Address.GetLeftPart(UriPartial.Authority)}/fhir";

    [Fact]
    public async Task A_resource_whose_subject_is_an_own_absolute_url_is_found_by_every_spelling_and_served_as_sent()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        (await provider.Put("Patient/p1", Sample.Patient("P", "p1"))).Is(201);
        (await provider.Put("Observation/relative", Sample.Observation("Patient/p1", id: "relative"))).Is(201);
        (await provider.Put("Observation/absolute", Sample.Observation($"{Here}/Patient/p1", id: "absolute"))).Is(201);
        (await provider.Put("Observation/version", Sample.Observation($"{Here}/Patient/p1/_history/1", id: "version"))).Is(201);
        (await provider.Put(
            "Observation/escaped", Sample.Observation($"{Here}/Patient/p1".Replace("/", "\\/", StringComparison.Ordinal), id: "escaped")))
            .Is(201);
        (await provider.Put("Observation/foreign", Sample.Observation("http://elsewhere.example/fhir/Patient/p1", id: "foreign"))).Is(201);

        string[] spellings = ["subject=Patient/p1", "subject=p1", "subject:Patient=p1", "patient=p1", "patient=Patient/p1",
            $"subject={Here}/Patient/p1", $"subject={Here}/Patient/p1/_history/7"];
        foreach (var query in spellings)
            Assert.Equal(["absolute", "escaped", "relative", "version"], (await provider.Get($"Observation?{query}")).Is(200).Ids.Order());

        Assert.Equal(["foreign"], (await provider.Get("Observation?subject=http://elsewhere.example/fhir/Patient/p1")).Is(200).Ids);
        Assert.Equal($"{Here}/Patient/p1", Subject((await provider.Get("Observation/absolute")).Json));
    }

    [Fact]
    public async Task A_patient_reads_what_names_it_by_an_own_absolute_url_and_events_tell_of_it()
    {
        var clinic = await Clinic.Open(server);
        var provider = await clinic.Provider();
        (await provider.Put("Patient/p1", Sample.Patient("P", "p1"))).Is(201);
        (await provider.Put("Observation/o", Sample.Observation($"{Here}/Patient/p1", id: "o"))).Is(201);
        (await provider.Put("Observation/foreign", Sample.Observation("http://elsewhere.example/fhir/Patient/p1", id: "foreign"))).Is(201);
        var patient = await clinic.Patient("p1");

        foreach (var path in new[] { "Observation/o", "Observation/o/_history/1", "Observation/o/_history" })
            (await patient.Get(path)).Is(200);
        Assert.Equal(["o"], (await patient.Get("Observation")).Is(200).Ids);
        (await patient.Get("Observation/foreign")).Is(404);

        (await provider.Delete("Observation/o", request => request.Headers.Host = "another.name")).Is(204);
        Assert.Equal(
            ["p1", "p1"],
            (await clinic.Log()).Where(logged => logged.Resource!.StartsWith("Observation/o/", StringComparison.Ordinal))
            .Select(logged => logged.Patient?.Value));
    }

    [Fact]
    public async Task Events_follow_own_absolute_urls_and_no_foreign_ones()
    {
        var clinic = await Clinic.Open(server);
        var provider = await clinic.Provider();
        (await provider.Put("ServiceRequest/order", Order($"{Here}/Practitioner/ruiz"))).Is(201);
        (await provider.Put("DiagnosticReport/own", Report("own", $"{Here}/ServiceRequest/order"))).Is(201);
        (await provider.Put("DiagnosticReport/foreign", Report("foreign", "http://elsewhere.example/fhir/ServiceRequest/order"))).Is(201);

        var told = (await clinic.Log()).Where(logged => logged.Type == "lab.result.available")
            .ToDictionary(logged => logged.Resource!.Split('/')[1], logged => JsonElement.Parse(logged.Body));

        Assert.Equal(("ruiz", "order"), (Text(told["own"], "orderingProviderId"), Text(told["own"], "orderId")));
        Assert.Equal(((string?)null, (string?)null), (Text(told["foreign"], "orderingProviderId"), Text(told["foreign"], "orderId")));
    }

    [Fact]
    public async Task The_address_that_wrote_decides_and_the_address_that_searches_changes_nothing()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        (await provider.Put(
            "Observation/own", Sample.Observation("https://clinic.example/fhir/Patient/p1", id: "own"), request =>
            request.Headers.Host = "clinic.example")).Is(201);
        (await provider.Put("Observation/foreign", Sample.Observation("https://clinic.example/fhir/Patient/p1", id: "foreign"))).Is(201);

        foreach (var host in new[] { null, "clinic.example", "elsewhere.example" })
        {
            Assert.Equal(
                ["own"], (await provider.Get("Observation?subject=Patient/p1", request => request.Headers.Host = host)).Is(200).Ids);
        }
    }

    [Fact]
    public async Task A_reference_by_an_own_url_must_be_to_a_type_that_the_element_allows()
    {
        var provider = await (await Clinic.Open(server)).Provider();

        (await provider.Create(Sample.Observation($"{Here}/Encounter/1"))).IsRefused(400, "value");
        (await provider.Create(Sample.Observation("http://elsewhere.example/fhir/Encounter/1"))).Is(201);
    }

    [Fact]
    public async Task A_transaction_resolves_a_conditional_reference_below_an_own_address()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        (await provider.Put("Patient/p1", Sample.Patient("P", "p1", ""","identifier":[{"system":"urn:mrn","value":"1"}]"""))).Is(201);

        var answer = (await provider.Bundle("transaction", Sample.Post(Sample.Observation($"{Here}/Patient?identifier=urn:mrn|1"))))
            .Is(200);

        Assert.Single((await provider.Get("Observation?subject=Patient/p1")).Is(200).Ids);
        Assert.Equal(["201"], answer.Statuses);
    }

    [Fact]
    public async Task The_configured_addresses_are_own_whatever_a_request_says()
    {
        var options = new FhirOptions { BaseUrl = "https://clinic.example/vagus/fhir", OtherBaseUrls = ["http://10.0.0.7:3000/fhir"] };
        await using var configured = new FhirServer(engine) { Options = options };
        await configured.InitializeAsync();
        var provider = await (await Clinic.Open(configured)).Provider();
        (await provider.Put("Observation/public", Sample.Observation("https://clinic.example/vagus/fhir/Patient/p1", id: "public")))
            .Is(201);
        (await provider.Put("Observation/inner", Sample.Observation("http://10.0.0.7:3000/fhir/Patient/p1", id: "inner"))).Is(201);

        Assert.Equal(["inner", "public"], (await provider.Get("Observation?subject=Patient/p1")).Is(200).Ids.Order());
        Assert.Equal(
            ["inner", "public"],
            (await provider.Get("Observation?subject=https://clinic.example/vagus/fhir/Patient/p1")).Is(200).Ids.Order());
    }

    private static string? Subject(JsonElement resource) => resource.GetProperty("subject").GetProperty("reference").GetString();

    private static string? Text(JsonElement data, string name) => data.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static string Order(string requester) =>
        $$$$"""{"resourceType":"ServiceRequest","id":"order","status":"active","intent":"order","subject":{"reference":"Patient/p1"},"requester":{"reference":"{{{{requester}}}}"}}""";

    private string Report(string id, string order) =>
        $$$$"""{"resourceType":"DiagnosticReport","id":"{{{{id}}}}","status":"final","category":[{"coding":[{"code":"LAB"}]}],"code":{"text":"x"},"subject":{"reference":"{{{{Here}}}}/Patient/p1"},"basedOn":[{"reference":"{{{{order}}}}"}]}""";
}

public sealed class OwnAddressOnSqlite(SqliteFhirServer server) : OwnAddressTests(server, Engine.Sqlite);

public sealed class OwnAddressOnPostgres(PostgresFhirServer server) : OwnAddressTests(server, Engine.Postgres);
