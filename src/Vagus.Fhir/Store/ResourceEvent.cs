using System.Text.Json;
using Vagus.Storage.Log;

namespace Vagus.Fhir.Store;

/// <summary>What a <c>resource.*</c> event tells: which version of what came to be.</summary>
public sealed record ResourceEvent(string Action, string Type, string Id, string Version)
{
    public const string Family = "resource.";

    public const string Deleted = "deleted";

    public bool IsDeletion => Action == Deleted;

    /// <summary>Null for events of other families.</summary>
    public static ResourceEvent? Of(LoggedEvent logged, JsonElement data) =>
        logged.Type.StartsWith(Family, StringComparison.Ordinal)
            ? new ResourceEvent(logged.Type[Family.Length..], Text(data, "resourceType"), Text(data, "resourceId"), Text(data, "versionId"))
            : null;

    private static string Text(JsonElement data, string name) =>
        data.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
