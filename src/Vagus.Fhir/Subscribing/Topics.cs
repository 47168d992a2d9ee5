using Vagus.Fhir.R4.Json;

namespace Vagus.Fhir.Subscribing;

/// <summary>
/// The topics that there are. A topic's canonical lies below the address of this server: <c>[base]/SubscriptionTopic/resource-changed</c>.
/// </summary>
internal static class Topics
{
    /// <summary>Each create, update and delete of a resource that the filters find.</summary>
    public const string ResourceChanged = "resource-changed";

    private const string Folder = "SubscriptionTopic/";

    public static IReadOnlyList<string> All { get; } = [ResourceChanged];

    public static string CanonicalOf(string topic, string baseUrl) => $"{baseUrl}/{Folder}{topic}";

    /// <summary>The topic that a canonical names; null: this server has none of that address.</summary>
    public static string? Named(string canonical, OwnBases own)
    {
        var path = own.Relative(canonical);
        return path.StartsWith(Folder, StringComparison.Ordinal) && All.Contains(path[Folder.Length..].ToString())
            ? path[Folder.Length..].ToString() : null;
    }
}
