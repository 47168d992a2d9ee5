using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.R4.Validation;
using Vagus.Testing;

namespace Vagus.Fhir.R4.Tests.Validation;

public sealed class BrokenResourcesTests
{
    private static readonly string[] Values =
        ["null", "true", "0", "1e400", "\"\"", "\"x\"", "\"#x\"", "\"Patient/1\"", "[]", "[null]", "[[]]", "[\"x\"]", "{}", "[{}]",
            "{\"x\":1}", "{\"coding\":1}", "{\"reference\":[]}", "[{\"reference\":\"#\"}]"];

    [Fact]
    public void Whatever_stands_in_place_of_a_value_is_reported_or_accepted_but_never_thrown_at()
    {
        var random = new Random(7);
        var file = SampleData.SyntheaBundles()[0];
        using var bundle = FhirJson.ParseResource(File.ReadAllBytes(file)).Value;
        foreach (var entry in bundle.RootElement.GetProperty("entry").EnumerateArray())
        {
            var resource = JsonNode.Parse(entry.GetProperty("resource").GetRawText())!;
            for (var round = 0; round < 20; round++)
            {
                Break(resource, random);
                using var broken = JsonDocument.Parse(resource.ToJsonString());
                Assert.True(ResourceValidator.Validate(broken.RootElement, OwnBases.None).Count <= ResourceValidator.MostIssues);
            }
        }
    }

    [Theory]
    [InlineData("{'resourceType':'Patient','name':[{'given':[*],'_given':[+]}]}", "null", "{'id':'a'}")]
    [InlineData(
        "{'resourceType':'Patient','contained':[*],'generalPractitioner':[+]}", "{'resourceType':'Organization','id':'a'}",
        "{'reference':'#a'}")]
    public void Long_arrays_that_refer_to_each_other_are_walked_once(string pattern, string first, string second)
    {
        const int count = 200_000;
        var json = pattern.Replace("*", string.Join(',', Enumerable.Repeat(first, count)), StringComparison.Ordinal)
            .Replace("+", string.Join(',', Enumerable.Repeat(second, count)), StringComparison.Ordinal).Replace('\'', '"');
        using var document = JsonDocument.Parse(json);

        var watch = Stopwatch.StartNew();
        ResourceValidator.Validate(document.RootElement, OwnBases.None);

        // Walked once this is a tenth of a second; walked for each item it is minutes.
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    private static void Break(JsonNode node, Random random)
    {
        var value = JsonNode.Parse(Values[random.Next(Values.Length)]);
        switch (node)
        {
            case JsonObject { Count: > 0 } container:
                var (name, child) = container.ElementAt(random.Next(container.Count));
                if (child is JsonObject or JsonArray && random.Next(4) > 0)
                {
                    Break(child, random);
                }
                else if (name != "resourceType")
                {
                    container[random.Next(5) == 0 ? "_" + name : name] = value;
                }

                break;
            case JsonArray { Count: > 0 } array:
                var index = random.Next(array.Count);
                if (array[index] is JsonObject or JsonArray && random.Next(4) > 0)
                {
                    Break(array[index]!, random);
                }
                else
                {
                    array[index] = value;
                }

                break;
        }
    }
}
