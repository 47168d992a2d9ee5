namespace Vagus.Fhir.Api.Tests.Interactions;

/// <summary>An address that is asked by another method than it has says which it has.</summary>
public abstract class MethodTests(FhirServer server)
{
    [Theory]
    [InlineData("TRACE", "Patient/x", "DELETE, GET, HEAD, PATCH, PUT")]
    [InlineData("FOO", "Patient/x", "DELETE, GET, HEAD, PATCH, PUT")]
    [InlineData("POST", "Patient/x/_history", "GET, HEAD")]
    [InlineData("DELETE", "Patient/x/_history/1", "GET, HEAD")]
    [InlineData("PATCH", "Patient/x/$everything", "GET, HEAD, POST")]
    public async Task An_address_that_has_other_methods_names_them(string method, string path, string allowed)
    {
        var provider = await (await Clinic.Open(server)).Provider();

        var refused = (await provider.Send(new HttpMethod(method), $"/fhir/{path}", (string?)null)).IsRefused(405, "not-supported");

        Assert.Equal(allowed, string.Join(", ", refused.ContentHeaders.Allow));
    }

    [Theory]
    [InlineData("GET", "Nothing/x/y/z")]
    [InlineData("FOO", "Nothing/x")]
    [InlineData("PUT", "Patient/x/$unknown")]
    public async Task An_address_that_is_none_is_not_found(string method, string path)
    {
        var provider = await (await Clinic.Open(server)).Provider();

        var refused = (await provider.Send(new HttpMethod(method), $"/fhir/{path}", (string?)null)).IsRefused(404, "not-supported");

        Assert.Empty(refused.ContentHeaders.Allow);
    }

    [Fact]
    public async Task A_compressed_body_is_told_that_none_is_taken()
    {
        var provider = await (await Clinic.Open(server)).Provider();

        var refused = await provider.Create(Sample.Patient(), request => request.Content!.Headers.ContentEncoding.Add("gzip"));

        refused.IsRefused(415, "not-supported");
        Assert.Equal(["identity"], refused.Headers.GetValues("Accept-Encoding"));
    }

    [Fact]
    public async Task A_byte_order_mark_is_named()
    {
        var provider = await (await Clinic.Open(server)).Provider();

        var refused = (await provider.Post("Patient", "\uFEFF{\"resourceType\":\"Patient\"}")).IsRefused(400, "structure");

        Assert.Contains("byte order mark", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Last_modified_is_never_later_than_the_date()
    {
        var provider = await (await Clinic.Open(server)).Provider();

        for (var turn = 0; turn < 20; turn++)
        {
            var created = (await provider.Create(Sample.Patient())).Is(201);
            Assert.True(created.ContentHeaders.LastModified <= created.Headers.Date);
        }
    }

    [Fact]
    public async Task A_version_that_is_not_there_is_named_as_such()
    {
        var provider = await (await Clinic.Open(server)).Provider();
        (await provider.Put("Patient/x", Sample.Patient("X", "x"))).Is(201);

        Assert.Contains("Patient/x/_history/9", (await provider.Get("Patient/x/_history/9")).IsRefused(404, "not-found").Text, StringComparison.Ordinal);
        Assert.DoesNotContain("a2Fb", (await provider.Raw("/fhir/Patient/a%2Fb", "")).IsRefused(404, "not-found").Text, StringComparison.Ordinal);
    }
}

public sealed class MethodsOnSqlite(SqliteFhirServer server) : MethodTests(server);

public sealed class MethodsOnPostgres(PostgresFhirServer server) : MethodTests(server);
