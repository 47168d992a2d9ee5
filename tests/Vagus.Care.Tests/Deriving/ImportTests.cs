using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vagus.Care.Tests.Deriving;

public sealed class ImportTests
{
    [Fact]
    public async Task A_synthetic_record_tells_of_its_visits_results_and_vitals()
    {
        var folder = Folder();
        if (folder is null) Assert.Skip("The synthetic patient records (shared/data/synthea-r4) are not here.");
        var bundle = JsonNode.Parse(
            await File.ReadAllTextAsync(Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal).First()))!;
        var clinic = new Clinic();
        var resources = Resolved(bundle).Select(resource => resource.ToJsonString()).ToArray();

        var told = await clinic.Write(resources);

        var count = told.Types.CountBy(type => type).ToDictionary();
        Assert.Equal(1, count["patient.created"]);
        Assert.Equal(Count(resources, "Encounter"), count["encounter.completed"]);
        Assert.Equal(Count(resources, "DiagnosticReport"), count["lab.result.available"]);
        Assert.True(count["encounter.vitals.recorded"] <= count["encounter.completed"]);
        Assert.DoesNotContain("lab.critical.alert", told.Types);
        (await clinic.Write(resources)).IsNothing();
    }

    // Entries of a transaction refer to each other by placeholder; the store puts the ids in before rules see them.
    private static IEnumerable<JsonNode> Resolved(JsonNode bundle)
    {
        var text = bundle.ToJsonString();
        foreach (var entry in bundle["entry"]!.AsArray())
        {
            var resource = entry!["resource"]!;
            text = text.Replace((string)entry["fullUrl"]!, $"{resource["resourceType"]}/{resource["id"]}", StringComparison.Ordinal);
        }

        return JsonNode.Parse(text)!["entry"]!.AsArray().Select(entry => entry!["resource"]!);
    }

    private static int Count(string[] resources, string type) =>
        resources.Count(resource => JsonDocument.Parse(resource).RootElement.GetProperty("resourceType").GetString() == type);

    private static string? Folder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var data = Path.Combine(folder.FullName, "shared", "data", "synthea-r4");
            if (Directory.Exists(data)) return data;
        }

        return null;
    }
}
