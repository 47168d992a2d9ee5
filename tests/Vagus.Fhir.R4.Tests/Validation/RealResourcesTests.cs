using System.Text.Json;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.R4.Validation;
using Vagus.Testing;

namespace Vagus.Fhir.R4.Tests.Validation;

public sealed class RealResourcesTests
{
    [Fact]
    public void Every_resource_of_the_synthetic_patients_is_valid()
    {
        var count = 0;
        var issues = new List<string>();
        foreach (var file in SampleData.SyntheaBundles())
        {
            using var bundle = FhirJson.ParseResource(File.ReadAllBytes(file)).Value;
            issues.AddRange(ResourceValidator.Validate(bundle.RootElement, OwnBases.None).Select(Text));
            foreach (var entry in bundle.RootElement.GetProperty("entry").EnumerateArray())
            {
                count++;
                issues.AddRange(ResourceValidator.Validate(entry.GetProperty("resource"), OwnBases.None).Select(Text));
            }
        }

        Assert.Equal("", string.Join("\n", issues.Distinct()));
        Assert.True(count > 1000);
    }

    [Theory]
    [InlineData("appointment-examplereq.json")]
    [InlineData("codesystem-example.json")]
    [InlineData("observation-example.json")]
    [InlineData("patient-example.json")]
    [InlineData("questionnaire-example.json")]
    public void Example_resources_of_the_FHIRPath_suite_are_valid(string file) => Assert.Equal([], IssuesOf(file));

    [Fact]
    public void An_example_that_leaves_out_what_R4_requires_is_not()
    {
        var issues = IssuesOf("explanationofbenefit-example.json");

        Assert.Equal(11, issues.Count);
        Assert.All(issues, issue => Assert.StartsWith("required ", issue));
    }

    [Fact]
    public void An_example_whose_extensions_are_fewer_than_its_values_is_not() =>
        Assert.Equal(
            ["structure Patient.name[0].given[1]: Values and extensions must be equally many, with null in the place of what is not there"],
            IssuesOf("patient-name-extensions.json"));

    [Fact]
    public void An_example_whose_reference_is_a_bare_id_is_not() =>
        Assert.Equal(
            ["value Patient.managingOrganization.reference: Is not a reference of the form Type/id"],
            IssuesOf("patient-container-example.json"));

    private static List<string> IssuesOf(string example)
    {
        using var document = FhirJson.ParseResource(File.ReadAllBytes(Path.Combine(SampleData.Folder("fhirpath"), example))).Value;
        return [.. ResourceValidator.Validate(document.RootElement, OwnBases.None).Select(Text)];
    }

    private static string Text(FhirIssue issue) => $"{issue.Code} {issue.Expression}: {issue.Diagnostics}";
}
