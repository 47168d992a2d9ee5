using System.Text.Json.Nodes;

namespace Vagus.Fhir.R4.Oracle.Tests.Validation;

/// <summary>Takes everything out of a text that is not needed for what is shown with it.</summary>
internal static class Smallest
{
    public static string Of(string json, Func<string, bool> shows)
    {
        // A property that stands twice is lost in an object model.
        if (JsonNode.Parse(json) is not JsonObject || !IsStable(json) || !shows(JsonNode.Parse(json)!.ToJsonString())) return json;
        while (Smaller(json).FirstOrDefault(shows) is { } next) json = next;
        return json;
    }

    private static bool IsStable(string json)
    {
        try
        {
            return JsonNode.Parse(json)!.DeepClone() is not null;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static IEnumerable<string> Smaller(string json)
    {
        var count = Places(JsonNode.Parse(json)).Count();
        for (var i = 0; i < count; i++)
        {
            var copy = JsonNode.Parse(json)!;
            var (owner, key) = Places(copy).ElementAt(i);
            if (owner is JsonObject container) container.Remove((string)key);
            else ((JsonArray)owner).RemoveAt((int)key);
            yield return copy.ToJsonString();
        }
    }

    private static IEnumerable<(JsonNode Owner, object Key)> Places(JsonNode? node)
    {
        if (node is JsonObject container)
        {
            foreach (var (name, value) in container)
            {
                if (name != "resourceType") yield return (container, name);
                foreach (var place in Places(value)) yield return place;
            }
        }
        else if (node is JsonArray array)
        {
            for (var i = 0; i < array.Count; i++)
            {
                yield return (array, i);
                foreach (var place in Places(array[i])) yield return place;
            }
        }
    }
}
