using System.Globalization;
using Vagus.Access.Requests;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Billing;

/// <summary>
/// The payments of a patient, whichever door they came by, the newest first. A PaymentNotice has no element for its patient (R4), so they
/// are found by what they are for: the patient's claims and invoices, and the patient's account.
/// </summary>
internal static class PatientPayments
{
    private static readonly Refusal BadCursor = FieldRefusals.Wrong("cursor", "one that a page gave");

    /// <param name="call">Who asks: claims and invoices that the caller does not see lead to nothing.</param>
    /// <param name="query">Which page.</param>
    /// <param name="patient">Whose payments.</param>
    /// <param name="claim">Those for this claim alone; null: all.</param>
    public static async ValueTask<Result<ListPage<PaymentView>>> Page(RecordCall call, ListQuery query, string patient, string? claim)
    {
        var bills = await Bills(call, $"Patient/{patient}");
        if (bills.Refusal is { } unread) return unread;
        var asked = claim is null ? bills.Value : bills.Value.Where(bill => bill == $"Claim/{claim}");
        var found = await RelatedRecords.Of(call, "PaymentNotice", "request", asked);
        if (found.Refusal is { } refusal) return refusal;
        var all = found.Value.OrderByDescending(each => each.UpdatedAt).ThenByDescending(each => each.Id, StringComparer.Ordinal).ToList();
        if ((query.Cursor is { } cursor ? PlaceAfter(all, cursor) : query.Offset) is not { } from) return BadCursor;
        var page = all.Skip(from).Take(query.Limit).ToList();
        return new ListPage<PaymentView>(
            page.ConvertAll(each => PaymentView.Of(each) with { PatientId = patient }), all.Count,
            from + page.Count < all.Count ? CursorAt(page[^1]) : null);
    }

    private static async ValueTask<Result<List<string>>> Bills(RecordCall call, string patient)
    {
        var claims = await RelatedRecords.Of(call, "Claim", "patient", [patient]);
        if (claims.Refusal is { } unclaimed) return unclaimed;
        var invoices = await RelatedRecords.Of(call, "Invoice", "subject", [patient]);
        if (invoices.Refusal is { } refusal) return refusal;
        return claims.Value.Concat(invoices.Value).Select(bill => bill.Reference).Prepend(patient).ToList();
    }

    private static string CursorAt(FhirRecord payment) =>
        string.Create(CultureInfo.InvariantCulture, $"{payment.UpdatedAt.UtcTicks}_{payment.Id}");

    /// <summary>The place after the payment that the cursor names, also where that one was changed meanwhile.</summary>
    private static int? PlaceAfter(List<FhirRecord> all, string cursor) =>
        cursor.Split('_') is [var at, { Length: > 0 } id]
            && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            ? all.TakeWhile(each => each.UpdatedAt.UtcTicks > ticks
                || (each.UpdatedAt.UtcTicks == ticks && string.CompareOrdinal(each.Id, id) >= 0)).Count()
            : null;
}
