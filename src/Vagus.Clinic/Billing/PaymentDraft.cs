using Vagus.Clinic.Requests;
using Vagus.Kernel;

namespace Vagus.Clinic.Billing;

/// <summary>The payment that a request tells of.</summary>
/// <param name="PatientId">Whose bill it is for.</param>
/// <param name="ClaimId">The claim it is for; null: the patient's own bills.</param>
/// <param name="Amount">More than zero.</param>
/// <param name="Method">How it was paid: <c>cash</c>, <c>card</c>, ….</param>
/// <param name="Currency">Null: that of what it is for.</param>
/// <param name="ReceivedAt">Null: now.</param>
internal sealed record PaymentDraft(
    string PatientId, string? ClaimId, decimal Amount, string Method, string? Currency, DateTimeOffset? ReceivedAt)
{
    public static readonly string[] Fields = ["patientId", "claimId", "amount", "method", "currency", "receivedAt"];

    public static PaymentDraft Of(BodyFields fields)
    {
        if (!fields.Has("amount")) fields.Refuse(FieldRefusals.Missing("amount"));
        return new PaymentDraft(
            fields.Id("patientId"), fields.IdOrNull("claimId"), fields.Number("amount", Amounts.Least, Amounts.Most) ?? 0,
            fields.Text("method", 50), Amounts.CurrencyIn(fields), fields.Instant("receivedAt"));
    }
}
