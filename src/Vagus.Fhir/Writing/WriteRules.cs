using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Writing;

/// <summary>
/// Rules for single resource types that hold for every way of writing. The audit trail is written by the server only. A Provenance may be
/// created when it carries a signature: that is how a person signs an Encounter or a result. It is never changed or deleted. A
/// Communication is a message of a thread and written by the room that keeps these.
/// </summary>
internal static class WriteRules
{
    public static Refusal? Refuse(Caller caller, PreparedResource resource) => resource.Type switch
    {
        "AuditEvent" => FhirRefusals.ServerWritten,
        "Provenance" when !IsSigned(resource.Document) => FhirRefusals.UnsignedProvenance,
        RowScope.OfThreads => FhirRefusals.MessageByItself,
        "Patient" when caller.Role == Role.Patient => FhirRefusals.Forbidden,
        _ => null,
    };

    /// <summary>Evidence and messages are neither replaced nor deleted.</summary>
    public static Refusal? RefuseReplacing(FhirCall call, string type) => type switch
    {
        RowScope.OfThreads when call.MessageTo is null => FhirRefusals.MessageForGood,
        "AuditEvent" => FhirRefusals.ServerWritten,
        "Provenance" => FhirRefusals.SignedForGood,
        _ => null,
    };

    private static bool IsSigned(JsonElement provenance) =>
        provenance.TryGetProperty("signature", out var signatures) && signatures.ValueKind == JsonValueKind.Array
            && signatures.GetArrayLength() > 0;
}
