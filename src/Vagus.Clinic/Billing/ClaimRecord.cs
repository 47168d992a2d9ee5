using System.Globalization;
using System.Text.Json.Nodes;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Kernel;

namespace Vagus.Clinic.Billing;

/// <summary>The Claim that is written, for money or for a prior authorization. Pure.</summary>
internal static class ClaimRecord
{
    public const string ForMoney = "claim";
    public const string ForAuthorization = "preauthorization";

    private const string TypeSystem = "http://terminology.hl7.org/CodeSystem/claim-type";
    private const string PrioritySystem = "http://terminology.hl7.org/CodeSystem/processpriority";

    public static JsonObject Type => RecordParts.Concept(TypeSystem, "professional", "Professional");

    /// <summary>A claim that is not sent yet.</summary>
    public static JsonObject Of(ClaimDraft draft, TenantId tenant, DateTimeOffset createdAt)
    {
        var claim = Begin(ForMoney, draft.PatientId, draft.Payer, createdAt);
        // The organization itself: it has no record of its own.
        claim["provider"] = new JsonObject
        {
            ["type"] = "Organization", ["identifier"] = new JsonObject { ["system"] = "urn:vagus:tenant", ["value"] = tenant.Value },
        };
        SetLines(claim, draft.Lines, draft.Currency, draft.EncounterId);
        StateTag.Set(claim, ClaimStatus.Draft);
        return claim;
    }

    /// <summary>A request for prior authorization: its provider is who asks for the service.</summary>
    public static JsonObject Of(PriorAuthDraft draft, DateTimeOffset createdAt)
    {
        var claim = Begin(ForAuthorization, draft.PatientId, draft.Payer, createdAt);
        claim["provider"] = RecordParts.Reference("Practitioner", draft.ProviderId);
        claim["item"] = new JsonArray(new JsonObject { ["sequence"] = 1, ["productOrService"] = RecordParts.Words(draft.Service) });
        StateTag.Set(claim, PriorAuthStatus.Requested);
        return claim;
    }

    public static void SetPayer(JsonObject claim, string payer)
    {
        claim["insurer"] = Named(payer);
        claim["insurance"] = new JsonArray(new JsonObject { ["sequence"] = 1, ["focal"] = true, ["coverage"] = Named(payer) });
    }

    public static void SetLines(JsonObject claim, IReadOnlyList<ClaimLine> lines, string currency, string? encounterId)
    {
        claim["item"] = new JsonArray([.. lines.Select((line, index) => Item(line, index + 1, currency, encounterId))]);
        claim["total"] = Amounts.Money(lines.Sum(line => line.Amount), currency);
    }

    /// <summary>Money of another date than that of the record.</summary>
    public static string Day(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static JsonObject Named(string name) => new() { ["display"] = name };

    private static JsonObject Begin(string use, string patientId, string payer, DateTimeOffset createdAt)
    {
        var claim = RecordParts.Resource("Claim");
        claim["status"] = "draft";
        claim["type"] = Type;
        claim["use"] = use;
        claim["patient"] = RecordParts.Reference("Patient", patientId);
        claim["created"] = Instants.Write(createdAt);
        claim["priority"] = RecordParts.Concept(PrioritySystem, "normal", "Normal");
        SetPayer(claim, payer);
        return claim;
    }

    private static JsonObject Item(ClaimLine line, int sequence, string currency, string? encounterId)
    {
        var service = new JsonObject { ["coding"] = new JsonArray(new JsonObject { ["code"] = line.Code }) };
        if (line.Description is not null) service["text"] = line.Description;
        var item = new JsonObject
        {
            ["sequence"] = sequence, ["productOrService"] = service, ["net"] = Amounts.Money(line.Amount, currency),
        };
        if (encounterId is not null) item["encounter"] = new JsonArray(RecordParts.Reference("Encounter", encounterId));
        return item;
    }
}
