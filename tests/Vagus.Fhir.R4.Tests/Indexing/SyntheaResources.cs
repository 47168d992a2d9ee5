using System.Text.Json;
using Vagus.Testing;

namespace Vagus.Fhir.R4.Tests.Indexing;

/// <summary>The resources of the synthetic patients, as they arrive: one document each.</summary>
internal static class SyntheaResources
{
    public static List<(string Type, JsonElement Resource)> All()
    {
        var resources = new List<(string, JsonElement)>();
        foreach (var file in SampleData.SyntheaBundles())
        {
            using var bundle = JsonDocument.Parse(File.ReadAllBytes(file));
            foreach (var entry in bundle.RootElement.GetProperty("entry").EnumerateArray())
            {
                var resource = entry.GetProperty("resource");
                resources.Add((resource.GetProperty("resourceType").GetString() ?? "", resource.Clone()));
            }
        }

        return resources;
    }
}
