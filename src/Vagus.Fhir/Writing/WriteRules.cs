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
    private static readonly string[] Over = ["completed", "cancelled", "failed", "rejected", "entered-in-error"];

    public static Refusal? Refuse(Caller caller, PreparedResource resource) => resource.Type switch
    {
        "AuditEvent" => FhirRefusals.ServerWritten,
        "Provenance" when !IsSigned(resource.Document) => FhirRefusals.UnsignedProvenance,
        RowScope.OfThreads => FhirRefusals.MessageByItself,
        UploadedDefinition.Type => RefuseUpload(caller, resource.Document),
        _ when StoredDefinitions.IsOne(resource.Type) && !Configures(caller) => FhirRefusals.Forbidden,
        "Patient" when caller.Role == Role.Patient => FhirRefusals.Forbidden,
        _ => FileLinks.Refuse(resource.Type, resource.Document),
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
    /// For whom a Task is, who does it, and that it is under way again, is said by those who treat the patient. A driver may write to the
    /// patient of a delivery while it is under way, and would otherwise choose whom, and when.
    /// </summary>
    public static Refusal? RefuseDelivery(Caller caller, JsonElement? before, PreparedResource resource)
    {
        if (caller.Role != Role.Driver || resource.Type != "Task") return null;
        var now = resource.Document;
        if (!IsSame(before, now, "for")) return FhirRefusals.Forbidden;
        if (before is not { } was || !was.TryGetProperty("for"u8, out _)) return null;
        var isOver = was.TryGetProperty("status"u8, out var status) && Over.Contains(status.GetString());
        return IsSame(was, now, "owner") && (!isOver || IsSame(was, now, "status")) ? null : FhirRefusals.Forbidden;
    }

    private static bool IsSame(JsonElement? before, JsonElement now, string element)
    {
        var isThere = now.TryGetProperty(element, out var given);
        return before is { } known && known.TryGetProperty(element, out var old) ? isThere && JsonElement.DeepEquals(old, given) : !isThere;
    }

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
