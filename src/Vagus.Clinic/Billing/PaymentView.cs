using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Fhir.Records;

namespace Vagus.Clinic.Billing;

/// <summary>A payment as plain JSON. It is for a claim, for an invoice, or on the patient's account.</summary>
internal sealed record PaymentView(
    string Id, string? PatientId, string? ClaimId, string? InvoiceId, decimal? Amount, string? Currency, string? Method, string? Status)
    : IVersioned
{
    public DateTimeOffset? ReceivedAt { get; init; }

    /// <summary>The other parts of a payment that pays several invoices.</summary>
    public IReadOnlyList<PaymentView>? Further { get; init; }

    public required long Version { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public static PaymentView Of(FhirRecord record)
    {
        var notice = record.Json;
        return new PaymentView(
            record.Id,
            notice.Items("identifier").FirstOrDefault(each => each.Text("system") == PaymentRecord.PatientSystem).Text("value")
                ?? notice.ReferenceTo("request", "Patient"),
            notice.ReferenceTo("request", "Claim"),
            notice.ReferenceTo("request", "Invoice"),
            Amounts.In(notice, "amount"),
            Amounts.CurrencyOf(notice, "amount"),
            notice.Child("payment")?.Text("display"),
            notice.Text("status"))
        {
            ReceivedAt = notice.Instant("created"), Version = record.Version, UpdatedAt = record.UpdatedAt,
        };
    }
}
