using System.Net.Http.Headers;
using System.Text;

namespace Vagus.Fhir.Api.Tests.Input;

public abstract class BadInputTests(FhirServer server)
{
    public static TheoryData<string> MalformedBodies =>
    [
        "", " ", "null", "[]", "1", "\"Patient\"", "{", "{}", "{\"resourceType\":1}", "{\"resourceType\":\"Patient\",}",
            "{\"resourceType\":\"Patient\"} trailing",
        "{\"resourceType\":\"Patient\",\"active\":true,\"active\":false}",
        "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"\\uD800\"}]}",
        "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"a\\u0000b\"}]}",
        "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"\\uDC00\\uD800\"}]}",
        "\uFEFF{\"resourceType\":\"Patient\"}",
        "// comment\n{\"resourceType\":\"Patient\"}",
        new string('[', 10_000),
        "{\"resourceType\":\"Patient\",\"extension\":" + new string('[', 10_000) + new string(']', 10_000) + "}",
    ];

    public static TheoryData<string> InvalidPatients =>
    [
        "\"active\":\"yes\"", "\"birthDate\":\"1980-13-01\"", "\"birthDate\":19800101", "\"gender\":\"unknowable\"",
            "\"name\":{\"family\":\"x\"}", "\"name\":[null]",
        "\"invented\":1", "\"multipleBirthInteger\":1.5", "\"contact\":[{\"name\":[]}]", "\"meta\":[]", "\"meta\":{\"security\":{}}",
            "\"meta\":{\"security\":[{\"code\":1}]}",
        "\"extension\":[{\"valueString\":\"no url\"}]", "\"generalPractitioner\":[{\"reference\":\"Patient/1\"}]", "\"id\":17",
            "\"name\":[]", "\"contained\":[{\"resourceType\":\"Nothing\"}]",
        "\"text\":{\"status\":\"generated\",\"div\":\"<div xmlns=\\\"http://www.w3.org/1999/xhtml\\\"><script>alert(1)</script></div>\"}",
    ];

    [Theory]
    [MemberData(nameof(MalformedBodies), DisableDiscoveryEnumeration = true)]
    public async Task What_is_no_resource_is_refused_on_every_door(string body)
    {
        var provider = await (await Clinic.Open(server)).Provider();

        foreach (var answer in new[] { await provider.Post("Patient", body), await provider.Put("Patient/1", body),
            await provider.Post("", body) })
        {
            answer.Is(400);
            Assert.Equal("OperationOutcome", answer.Json.GetProperty("resourceType").GetString());
        }

        Assert.Empty((await provider.Get("Patient")).Is(200).Entries);
    }

    [Theory]
    [MemberData(nameof(InvalidPatients))]
    public async Task What_R4_does_not_allow_is_refused_on_every_door(string property)
    {
        var provider = await (await Clinic.Open(server)).Provider();
        var id = property.StartsWith("\"id\"", StringComparison.Ordinal) ? "" : "\"id\":\"1\",";
        var body = $"{{\"resourceType\":\"Patient\",{id}{property}}}";

        (await provider.Post("Patient", body)).Is(400);
        (await provider.Put("Patient/1", body)).Is(400);
        (await provider.Bundle("transaction", $$$$"""{"resource":{{{{body}}}},"request":{"method":"POST","url":"Patient"}}""")).Is(400);
        var batch =
            (await provider.Bundle(
            "batch", $$$$"""{"resource":{{{{body}}}},"request":{"method":"POST","url":"Patient"}}""", Sample.Post(Sample.Patient())))
            .Is(200);

        Assert.Equal(["400", "201"], batch.Statuses);
        Assert.Equal(1, (await provider.Get("Patient?_summary=count")).Total);
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF8_are_refused()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        byte[] body = [.. "{\"resourceType\":\"Patient\",\"name\":[{\"family\":\""u8, 0xC3, 0x28, .. "\"}]}"u8];

        (await provider.Send(HttpMethod.Post, "/fhir/Patient", body)).IsRefused(400, "structure");
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task Other_media_are_unsupported(string media)
    {
        var provider = await (await Clinic.Open(server)).Provider();

        (await provider.Post(
            "Patient", Sample.Patient(), request => request.Content!.Headers.ContentType = new MediaTypeHeaderValue(media)))
            .IsRefused(415, "not-supported");
        (await provider.Post("", Sample.Patient(), request => request.Content!.Headers.ContentType = new MediaTypeHeaderValue(media)))
            .IsRefused(415, "not-supported");
    }

    [Fact]
    public async Task A_compressed_body_is_unsupported()
    {
        var provider = await (await Clinic.Open(server)).Provider();

        (await provider.Post("Patient", Sample.Patient(), request => request.Content!.Headers.ContentEncoding.Add("gzip")))
            .IsRefused(415, "not-supported");
    }

    [Fact]
    public async Task A_search_form_must_be_a_form_of_a_modest_size()
    {
        var provider = await (await Clinic.Open(server)).Provider();

        (await provider.Post("Patient/_search", "name=x")).IsRefused(415, "not-supported");
        (await provider.Search("Patient", "name=" + new string('x', 100_000))).IsRefused(413, "too-long");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_beyond_the_limit_is_answered_and_the_server_goes_on(bool chunked)
    {
        var provider = await (await Clinic.Open(server)).Provider();
        var large = Sample.Patient(new string('x', 20 * 1024 * 1024));

        foreach (var path in new[] { "Patient", "" })
        {
            var answer = await provider.Post(path, large, request => request.Headers.TransferEncodingChunked = chunked);
            answer.IsRefused(413, "too-long");
        }

        (await provider.Create(Sample.Patient())).Is(201);
    }

    [Theory]
    [InlineData("GET", "Nothing/1", 404)]
    [InlineData("GET", "patient/1", 404)]
    [InlineData("GET", "DomainResource/1", 404)]
    [InlineData("GET", "Element", 404)]
    [InlineData("POST", "Nothing", 404)]
    [InlineData("PUT", "Nothing/1", 404)]
    [InlineData("DELETE", "Nothing/1", 404)]
    [InlineData("GET", "Patient/1/_history/1/more", 404)]
    [InlineData("GET", "$export", 400)]
    [InlineData("GET", "Patient/1/$everything", 404)]
    [InlineData("PATCH", "Patient/1", 400)]
    [InlineData("TRACE", "Patient/1", 405)]
    [InlineData("PUT", "Patient", 400)]
    [InlineData("DELETE", "Patient", 400)]
    [InlineData("PATCH", "Patient", 400)]
    [InlineData("GET", "", 400)]
    [InlineData("PUT", "", 405)]
    public async Task What_does_not_exist_is_answered_with_an_outcome(string method, string path, int status)
    {
        var provider = await (await Clinic.Open(server)).Provider();

        var answer =
            (await provider.Send(new HttpMethod(method), $"/fhir/{path}", method is "POST" or "PUT" or "PATCH" ? Sample.Patient() : null))
            .Is(status);

        Assert.Equal("OperationOutcome", answer.Json.GetProperty("resourceType").GetString());
    }

    [Theory]
    [InlineData("Patient/%3Cscript%3Ealert(1)%3C%2Fscript%3E")]
    [InlineData("Patient/..%2F..%2Fetc")]
    [InlineData("Patient/';drop table fhir_resource;--")]
    [InlineData("Patient/%E2%80%AE")]
    [InlineData("%3Cscript%3E/1")]
    public async Task Nothing_that_a_page_or_terminal_acts_on_is_echoed(string path)
    {
        var provider = await (await Clinic.Open(server)).Provider();

        var answer = (await provider.Get(path)).Is(404);

        Assert.DoesNotContain("<", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("'", answer.Text.Replace("'script'", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("\u202E", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Index_values_of_any_length_and_script_are_storable_and_findable()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        var random = new Random(7);
        var value = string.Concat(Enumerable.Range(0, 950).Select(_ => (char)random.Next(0x4E00, 0x9FFF)));
        var url = $"http://example.org/{value}";

        var patient =
            (await provider.Create(
            $$$$"""{"resourceType":"Patient","identifier":[{"system":"urn:x","value":"{{{{value}}}}"}],"managingOrganization":{"reference":"{{{{url}}}}"}}""")).Is(201);

        Assert.Equal([patient.Id], (await provider.Search("Patient", $"identifier={Uri.EscapeDataString(value)}")).Is(200).Ids);
        Assert.Equal([patient.Id], (await provider.Search("Patient", $"organization={Uri.EscapeDataString(url)}")).Is(200).Ids);
        Assert.Empty((await provider.Search("Patient", $"identifier={Uri.EscapeDataString(value[..900])}")).Is(200).Ids);
    }

    [Fact]
    public async Task Resources_bent_at_random_never_surprise_the_server()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        var random = new Random(20261121);
        var seeds =
            new[] { Sample.Observation("Patient/1", more: ""","valueQuantity":{"value":1.10},"effectivePeriod":{"start":"2026-01-01"}"""),
            Sample.Provenance("Patient/1"), Sample.Patient(more: Sample.Labelled("R")) };
        string[] pieces = ["null", "{}", "[]", "1e400", "-0", "\"\"", "true", "\"Patient\"", "[[]]", "{\"a\":1}", "\\u0000",
            "\"2026-02-30\"", ",", ":"];

        for (var round = 0; round < 300; round++)
        {
            var text = new StringBuilder(seeds[round % seeds.Length]);
            for (var bend = random.Next(1, 4); bend > 0; bend--)
            {
                var at = random.Next(text.Length);
                text.Remove(at, random.Next(Math.Min(12, text.Length - at))).Insert(at, pieces[random.Next(pieces.Length)]);
            }

            var answer = await provider.Post(
                round % 2 == 0 ? "Observation" : "",
                round % 2 == 0 ? text.ToString() : $$$$"""{"resourceType":"Bundle","type":"batch","entry":[{{{{text}}}}]}""");
            Assert.True(answer.Status is 200 or 201 or 400, $"{answer.Status} for {text}: {answer.Text}");
        }
    }
}

public sealed class BadInputOnSqlite(SqliteFhirServer server) : BadInputTests(server);

public sealed class BadInputOnPostgres(PostgresFhirServer server) : BadInputTests(server);
