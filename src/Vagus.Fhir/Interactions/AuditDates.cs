using System.Globalization;
using Microsoft.Extensions.Primitives;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Interactions;

/// <summary>
/// The values of <c>date</c> as one range (R4 §3.1.1.5.5): a day or an instant, with <c>eq</c>, <c>ge</c>, <c>gt</c>, <c>le</c> or
/// <c>lt</c>.
/// </summary>
internal sealed record AuditDates(DateTimeOffset? From, DateTimeOffset? To)
{
    public static Result<AuditDates> Read(StringValues values)
    {
        var range = new AuditDates(null, null);
        foreach (var value in values)
        {
            var prefix = value is { Length: > 2 } && char.IsAsciiLetter(value[0]) ? value[..2] : "eq";
            var text = value is { Length: > 2 } && char.IsAsciiLetter(value[0]) ? value[2..] : value ?? "";
            // The '+' of an offset arrives as a blank where a client did not encode it.
            if (!DateTimeOffset.TryParse(
                text.Replace(' ', '+'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var begin)) return Malformed;
            // What is recorded has milliseconds.
            var end = text.Length <= 10 ? begin.AddDays(1) : begin.AddMilliseconds(1);
            if (prefix is not ("eq" or "ge" or "gt" or "le" or "lt")) return Malformed;
            if (prefix is "eq" or "ge" or "gt") range = range with { From = Later(range.From, prefix == "gt" ? end : begin) };
            if (prefix is "eq" or "le" or "lt") range = range with { To = Earlier(range.To, prefix == "lt" ? begin : end) };
        }

        return range;
    }

    private static DateTimeOffset Later(DateTimeOffset? one, DateTimeOffset other) => one > other ? one.Value : other;

    private static DateTimeOffset Earlier(DateTimeOffset? one, DateTimeOffset other) => one < other ? one.Value : other;

    private static readonly Refusal Malformed = FhirRefusals.Invalid("date must be a day or an instant, with eq, ge, gt, le or lt.");
}
