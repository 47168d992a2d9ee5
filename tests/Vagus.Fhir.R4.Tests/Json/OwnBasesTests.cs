using Vagus.Fhir.R4.Json;

namespace Vagus.Fhir.R4.Tests.Json;

public sealed class OwnBasesTests
{
    private readonly OwnBases own = new("https://clinic.example/fhir/", "http://127.0.0.1:3110/a/fhir");

    [Theory]
    [InlineData("https://clinic.example/fhir/Patient/1", "Patient/1")]
    [InlineData("http://clinic.example/fhir/Patient/1", "Patient/1")]
    [InlineData("https://Clinic.Example:443/fhir/Patient/1/_history/2", "Patient/1/_history/2")]
    [InlineData("http://clinic.example:80/fhir/Patient?identifier=1", "Patient?identifier=1")]
    [InlineData("http://127.0.0.1:3110/a/fhir/Patient/1", "Patient/1")]
    [InlineData("https://clinic.example:444/fhir/Patient/1", "")]
    [InlineData("https://clinic.example/FHIR/Patient/1", "")]
    [InlineData("https://clinic.example/fhir2/Patient/1", "")]
    [InlineData("https://clinic.example/fhir", "")]
    [InlineData("https://clinic.example.org/fhir/Patient/1", "")]
    [InlineData("https://user@clinic.example/fhir/Patient/1", "")]
    [InlineData("http://127.0.0.1:3110/fhir/Patient/1", "")]
    [InlineData("ftp://clinic.example/fhir/Patient/1", "")]
    [InlineData("Patient/1", "")]
    [InlineData("urn:uuid:1", "")]
    [InlineData("", "")]
    public void A_url_is_below_an_own_address_by_host_port_and_path(string url, string expected) =>
        Assert.Equal(expected, own.Relative(url).ToString());

    [Fact]
    public void The_address_of_a_request_is_known_for_that_request_only()
    {
        var during = own.With("http://10.0.0.7/fhir");

        Assert.True(during.Contains("http://10.0.0.7/fhir"));
        Assert.True(during.Contains("https://clinic.example/fhir"));
        Assert.False(own.Contains("http://10.0.0.7/fhir"));
        Assert.Same(own, own.With("http://clinic.example/fhir"));
        Assert.False(OwnBases.None.Contains("http:///fhir"));
    }
}
