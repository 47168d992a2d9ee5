using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Writing;

/// <summary>
/// Whether the scopes of an application let a Communication through before it is sent: the room that keeps messages writes as the server.
/// Of a patient's rows they let a message to that patient through; searches cannot be asked of what is not there yet. The reading is asked
/// with it: an author who is not shown what was sent would send it again.
/// </summary>
internal static class MessageScopes
{
    private const string Type = RowScope.OfThreads;

    public static Refusal? Refuse(FhirCall call, JsonElement message) =>
        Refuse(call, ResourceInteractions.Create, message) ?? Refuse(call, ResourceInteractions.Read, message);

    private static Refusal? Refuse(FhirCall call, ResourceInteractions interaction, JsonElement message)
    {
        if (call.Refuse(interaction, Type) is { } forbidden) return forbidden;
        return call.Reach.ScopesOf(interaction, Type).Any(Holds) ? null : FhirRefusals.OutOfOwnReach;

        bool Holds(RowScope rows) => rows.Criteria.Count == 0 && (rows.Patients is null || IsTo(rows.Patients));

        bool IsTo(IReadOnlyList<PatientId> patients) =>
            message.TryGetProperty("recipient"u8, out var recipients) && recipients.GetArrayLength() == 1
            && PropertyText.Of(recipients[0], "reference"u8) is { } to && patients.Any(patient => to == $"Patient/{patient.Value}");
    }
}
