using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Writing;

/// <summary>
/// Rules for single resource types that hold for every way of writing. The audit trail is written by the server only. A Provenance may be
/// created when it carries a signature: that is how a person signs an Encounter or a result. It is never changed or deleted. A
/// Communication is a message of a thread and written by the room that keeps these. A SearchParameter that is active must be one that
/// can be applied, and is of those who administer the organization. So are the definitions that writes are held to: the newest of a url
/// counts, so that a create may replace one as an update does.
/// </summary>
internal static class WriteRules
{
    public static Refusal? Refuse(Caller caller, PreparedResource resource) => resource.Type switch
    {
        "AuditEvent" => FhirRefusals.ServerWritten,
        "Provenance" when !IsSigned(resource.Document) => FhirRefusals.UnsignedProvenance,
        RowScope.OfThreads => FhirRefusals.MessageByItself,
        UploadedDefinition.Type => RefuseUpload(caller, resource.Document),
        _ when StoredDefinitions.IsOne(resource.Type) && !Configures(caller) => FhirRefusals.Forbidden,
        "Patient" when caller.Role == Role.Patient => FhirRefusals.Forbidden,
        _ => null,
    };

    /// <summary>Evidence and messages are neither replaced nor deleted.</summary>
    public static Refusal? RefuseReplacing(FhirCall call, string type) => type switch
    {
        RowScope.OfThreads when call.MessageTo is null => FhirRefusals.MessageForGood,
        "AuditEvent" => FhirRefusals.ServerWritten,
        "Provenance" => FhirRefusals.SignedForGood,
        UploadedDefinition.Type when !Configures(call.Caller) => FhirRefusals.Forbidden,
        _ when StoredDefinitions.IsOne(type) && !Configures(call.Caller) => FhirRefusals.Forbidden,
        _ => null,
    };

    /// <summary>
    /// For whom a Task is, is said by those who treat the patient. A driver may write to the patient of a delivery, and would otherwise
    /// choose which.
    /// </summary>
    public static Refusal? RefusePatient(Caller caller, JsonElement? before, PreparedResource resource)
    {
        if (caller.Role != Role.Driver || resource.Type != "Task") return null;
        var (was, now) = (PatientIn(before), PatientIn(resource.Document));
        var isSame = was is { } old && now is { } given ? JsonElement.DeepEquals(old, given) : was is null && now is null;
        return isSame ? null : FhirRefusals.Forbidden;
    }

    private static JsonElement? PatientIn(JsonElement? task) =>
        task is { ValueKind: JsonValueKind.Object } known && known.TryGetProperty("for"u8, out var patient) ? patient : null;

    /// <summary>By what the whole organization searches is decided by those who administer it.</summary>
    private static Refusal? RefuseUpload(Caller caller, JsonElement resource)
    {
        var read = UploadedDefinition.Read(resource);
        if (read.Refusal is { } unfit) return unfit;
        return read.Value.Count > 0 && !Configures(caller) ? FhirRefusals.Forbidden : null;
    }

    private static bool Configures(Caller caller) => caller.Role is Role.Admin or Role.Service;

    private static bool IsSigned(JsonElement provenance) =>
        provenance.TryGetProperty("signature", out var signatures) && signatures.ValueKind == JsonValueKind.Array
            && signatures.GetArrayLength() > 0;
}
