using Microsoft.Extensions.Primitives;
using Vagus.Fhir.R4.Criteria;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Interactions;

/// <summary>
/// The values of <c>date</c> (R4 §3.1.1.5.5), read as in every search: they all hold. What is recorded is an instant, so each but
/// <c>ne</c> is one range of instants.
/// </summary>
internal sealed record AuditDates(
    DateTimeOffset? From, DateTimeOffset? To, IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> NotWithin)
{
    private const int Most = 16;

    public static Result<AuditDates> Read(StringValues values, FhirCall call)
    {
        if (values.Count > Most) return Malformed;
        var parser = new SearchValueParser(call.Own, call.Clock);
        var range = new AuditDates(null, null, []);
        foreach (var value in values)
        {
            var read = parser.Parse("AuditEvent", "date", value ?? "");
            if (read.IsRefused || read.Value.AnyOf is not [DateTerm term]) return Malformed;
            range = range.And(term);
        }

        return range;
    }

    private AuditDates And(DateTerm term) => term.Test switch
    {
        DateTest.NotWithin => this with { NotWithin = [.. NotWithin, (term.Low, term.High)] },
        DateTest.After or DateTest.StartsAfter => Within(term.High, null),
        DateTest.AtOrAfter => Within(term.Low, null),
        DateTest.Before or DateTest.EndsBefore => Within(null, term.Low),
        DateTest.AtOrBefore => Within(null, term.High),
        _ => Within(term.Low, term.High),
    };

    private AuditDates Within(DateTimeOffset? from, DateTimeOffset? to) => this with
    {
        From = From is { } later && !(from > later) ? later : from,
        To = To is { } earlier && !(to < earlier) ? earlier : to,
    };

    private static readonly Refusal Malformed = FhirRefusals.Invalid(
        "date must be a year, a month, a day or an instant, with eq, ne, ge, gt, le, lt, sa, eb or ap.");
}
