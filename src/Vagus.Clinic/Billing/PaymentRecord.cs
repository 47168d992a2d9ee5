using System.Text.Json.Nodes;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Kernel;

namespace Vagus.Clinic.Billing;

/// <summary>The PaymentNotice that is written. It has no element for its patient, who is found by an identifier. Pure.</summary>
internal static class PaymentRecord
{
    public const string PatientSystem = "urn:vagus:payment-of-patient";
    private const string StatusSystem = "http://terminology.hl7.org/CodeSystem/paymentstatus";

    public static JsonObject Of(PaymentDraft draft, BillPart part, RequestKey? key, TenantId tenant, DateTimeOffset at)
    {
        var received = draft.ReceivedAt ?? at;
        var notice = RecordParts.Resource("PaymentNotice");
        if (part.Bill is { } bill) SecurityOf.CopyTo(bill.Json, notice);
        notice["identifier"] = new JsonArray(
            [new JsonObject { ["system"] = PatientSystem, ["value"] = draft.PatientId }, .. key?.ToIdentifiers() ?? []]);
        notice["status"] = "active";
        notice["request"] = RecordParts.Reference(part.Bill?.Type ?? "Patient", part.Bill?.Id ?? draft.PatientId);
        notice["created"] = Instants.Write(received);
        notice["payment"] = ClaimRecord.Named(draft.Method);
        notice["paymentDate"] = ClaimRecord.Day(received);
        notice["recipient"] = new JsonObject
        {
            ["type"] = "Organization", ["identifier"] = new JsonObject { ["system"] = "urn:vagus:tenant", ["value"] = tenant.Value },
        };
        notice["amount"] = Amounts.Money(part.Amount, part.Currency);
        notice["paymentStatus"] = RecordParts.Concept(StatusSystem, "paid", "Paid");
        return notice;
    }
}
