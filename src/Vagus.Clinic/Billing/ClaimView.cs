using System.Text.Json;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Fhir.Meaning;
using Vagus.Fhir.Records;

namespace Vagus.Clinic.Billing;

/// <summary>A line of a claim as it is answered.</summary>
internal sealed record ClaimLineView(string? Code, string? Description, decimal? Amount);

/// <summary>
/// A claim as plain JSON. <c>amountPaid</c> is what the insurer says that it pays, <c>received</c> what came in, <c>balance</c> what is
/// still to come.
/// </summary>
internal sealed record ClaimView(
    string Id, string? PatientId, string? EncounterId, string? Payer, string Status, IReadOnlyList<ClaimLineView> Lines, decimal Total,
    string Currency) : IVersioned
{
    public decimal? AmountPaid { get; init; }

    public decimal? Received { get; init; }

    public decimal? Balance { get; init; }

    /// <summary>Why, in the insurer's words.</summary>
    public string? Reason { get; init; }

    public DateTimeOffset? CreatedAt { get; init; }

    public required long Version { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    public static ClaimView Of(ClaimFile file)
    {
        var answer = file.Response?.Json;
        return OfRecord(file.Claim) with
        {
            Status = file.Status,
            AmountPaid = answer is { } told && InsurerDecision.Of(told) == InsurerDecision.Paid ? InsurerDecision.Payment(told) : null,
            Received = Amounts.InForm(file.Received, file.Currency),
            Balance = Amounts.InForm(file.Balance, file.Currency),
            Reason = answer is { } said ? InsurerDecision.Reason(said) : null,
        };
    }

    /// <summary>What the Claim says by itself: of it a second writer is told what was changed.</summary>
    public static ClaimView OfRecord(FhirRecord record)
    {
        var claim = record.Json;
        return new ClaimView(
            record.Id,
            claim.ReferenceTo("patient", "Patient"),
            claim.Items("item").SelectMany(item => item.Items("encounter")).Select(each => each.IdOf("Encounter"))
                .FirstOrDefault(id => id is not null),
            claim.Child("insurer")?.Text("display") ?? claim.First("insurance")?.Child("coverage")?.Text("display"),
            StateTag.Of(claim) ?? ClaimStatus.Of(claim, response: null),
            [.. claim.Items("item").Select(LineOf)],
            Amounts.In(claim, "total") ?? 0,
            Amounts.CurrencyOf(claim, "total") ?? Amounts.DefaultCurrency)
        {
            CreatedAt = claim.Instant("created"), Version = record.Version, UpdatedAt = record.UpdatedAt,
        };
    }

    private static ClaimLineView LineOf(JsonElement item) => new(
        item.Child("productOrService")?.First("coding")?.Text("code"),
        item.Child("productOrService")?.Text("text") ?? item.Child("productOrService")?.First("coding")?.Text("display"),
        Amounts.In(item, "net"));
}
