using System.Text.Json;
using System.Text.Json.Nodes;
using Vagus.Clinic.Records;
using Vagus.Fhir.Meaning;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Billing;

/// <summary>
/// The ClaimResponse that is written: one for each claim, and its versions are what the insurer said in turn. It is made so that
/// <see cref="InsurerDecision"/> reads from it what was decided. Pure.
/// </summary>
internal static class ResponseRecord
{
    private const string AdjudicationSystem = "http://terminology.hl7.org/CodeSystem/adjudication";
    private const string PaymentTypeSystem = "http://terminology.hl7.org/CodeSystem/ex-paymenttype";

    /// <summary>An answer to a claim.</summary>
    public static JsonObject OfClaim(FhirRecord claim, FhirRecord? before, ClaimAnswer answer, DateTimeOffset at)
    {
        var response = Begin(claim, before, at);
        var currency = Amounts.CurrencyOf(claim.Json, "total") ?? Amounts.DefaultCurrency;
        var denies = answer.Status == ClaimStatus.Denied;
        response["outcome"] = answer.Status switch
        {
            ClaimStatus.Accepted => "queued", ClaimStatus.PartiallyPaid => "partial", _ => "complete",
        };
        response.Put("disposition", answer.Reason ?? (denies ? "Denied" : null));
        response.Put("total", answer.Status == ClaimStatus.Accepted ? null : new JsonArray(
            Adjudicated("submitted", Amounts.In(claim.Json, "total") ?? 0, currency), Adjudicated("benefit", answer.AmountPaid, currency)));
        response.Put("payment", answer.AmountPaid <= 0 ? null : new JsonObject
        {
            ["type"] = RecordParts.Concept(PaymentTypeSystem, answer.Status == ClaimStatus.Paid ? "complete" : "partial"),
            ["date"] = ClaimRecord.Day(at),
            ["amount"] = Amounts.Money(answer.AmountPaid, currency),
        });
        return response;
    }

    /// <summary>An answer to a request for prior authorization.</summary>
    public static JsonObject OfPriorAuth(FhirRecord claim, FhirRecord? before, PriorAuthAnswer answer, DateTimeOffset at)
    {
        var response = Begin(claim, before, at);
        response["outcome"] = answer.Status == PriorAuthStatus.Pending ? "queued" : "complete";
        response.Put("disposition", Disposition(answer));
        response.Put("preAuthRef", answer.Status == PriorAuthStatus.Approved ? answer.Number : null);
        response.Put("preAuthPeriod", answer is { Status: PriorAuthStatus.Approved, ValidUntil: { } until }
            ? new JsonObject { ["end"] = until.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture) } : null);
        return response;
    }

    // An authorization is refused in words, and granted in words where it has no number: there is no money that could tell.
    private static string? Disposition(PriorAuthAnswer answer) => (answer.Status, answer.Reason) switch
    {
        (PriorAuthStatus.Denied, null) => PriorAuthView.Refused,
        (PriorAuthStatus.Denied, { } reason) when !InsurerDecision.IsDenial(reason) => $"{PriorAuthView.Refused}: {reason}",
        (PriorAuthStatus.Approved, null) => PriorAuthView.Granted,
        (PriorAuthStatus.Approved, { } reason) => $"{PriorAuthView.Granted}: {reason}",
        _ => answer.Reason,
    };

    private static JsonObject Begin(FhirRecord claim, FhirRecord? before, DateTimeOffset at)
    {
        if (before is not null) return before.ToObject();
        var response = RecordParts.Resource("ClaimResponse");
        SecurityOf.CopyTo(claim.Json, response);
        response["status"] = "active";
        response["type"] = Copied(claim.Json, "type") ?? ClaimRecord.Type;
        response["use"] = claim.Json.Text("use");
        response["patient"] = Copied(claim.Json, "patient");
        response["created"] = Instants.Write(at);
        response["insurer"] = Copied(claim.Json, "insurer") ?? ClaimRecord.Named("insurer");
        response.Put("requestor", Copied(claim.Json, "provider"));
        response["request"] = RecordParts.Reference("Claim", claim.Id);
        return response;
    }

    private static JsonNode? Copied(JsonElement resource, string element) =>
        resource.Child(element) is { ValueKind: JsonValueKind.Object } part ? JsonObject.Create(part.Clone()) : null;

    private static JsonObject Adjudicated(string category, decimal amount, string currency) => new()
    {
        ["category"] = RecordParts.Concept(AdjudicationSystem, category), ["amount"] = Amounts.Money(amount, currency),
    };
}
