using System.Text.Json.Nodes;
using Vagus.Access.Tenants;
using Vagus.Clinic.Records;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Appointments;

/// <summary>
/// Where an appointment is: a Location of the directory, by its id or its name; else a room that is known by its name alone, which is one
/// room for all appointments that name it.
/// </summary>
internal static class Places
{
    public const string NameSystem = "urn:vagus:location-name";

    /// <summary>The reference to it; null where none is asked for.</summary>
    public static async ValueTask<Result<JsonObject?>> Find(RecordTurn turn, string? location)
    {
        if (location is null) return (JsonObject?)null;
        if (ChosenId.IsFhirId(location))
        {
            var byId = await turn.Read("Location", location);
            if (!byId.IsRefused) return Known(byId.Value);
        }

        // The directory is open to all who may book.
        var byName = await turn.Decide("Location", $"name:exact={Uri.EscapeDataString(SearchRecords.Literal(location))}", most: 10);
        if (!byName.IsRefused && byName.Value is [var only]) return Known(only);
        return new JsonObject
        {
            ["type"] = "Location",
            ["identifier"] = new JsonObject { ["system"] = NameSystem, ["value"] = location.ToLowerInvariant() },
            ["display"] = location,
        };
    }

    private static JsonObject Known(FhirRecord location) =>
        RecordParts.Reference("Location", location.Id, PersonNames.Of(location.Json));
}
