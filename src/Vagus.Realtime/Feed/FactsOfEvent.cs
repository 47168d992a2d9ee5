using System.Text.Json;
using Vagus.Access.Policies;
using Vagus.Kernel;
using Vagus.Storage.Log;

namespace Vagus.Realtime.Feed;

/// <summary>Reads from an event what decides who may see it. What cannot be read counts as not released and nobody's.</summary>
internal static class FactsOfEvent
{
    public static EventFacts Read(LoggedEvent logged, JsonElement data) => new(logged.Type)
    {
        Patient = logged.Patient,
        Sensitive = logged.Sensitive,
        ResourceType = logged.Type.StartsWith(ResourceChange.Family, StringComparison.Ordinal) ? TextOf(data, "resourceType") : null,
        Released = data.TryGetProperty("released", out var released) && released.ValueKind == JsonValueKind.True,
        Participants = ParticipantsOf(data),
    };

    private static string? TextOf(JsonElement data, string name) =>
        data.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static HashSet<UserId>? ParticipantsOf(JsonElement data)
    {
        if (!data.TryGetProperty("participantIds", out var list) || list.ValueKind != JsonValueKind.Array) return null;
        return [.. list.EnumerateArray().Where(id => id.ValueKind == JsonValueKind.String).Select(id => new UserId(id.GetString()!))];
    }
}
