using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Interactions;

/// <summary>The values of <c>_since</c>: an instant with its offset, or a date, which is its beginning in UTC.</summary>
internal static class SinceParameter
{
    public static readonly Refusal Malformed = FhirRefusals.Invalid(
        "_since must be a date or an instant with an offset, such as 2026-11-26T09:00:00Z.");

    /// <summary>The '+' of an offset arrives as a blank where a client did not encode it.</summary>
    public static DateTimeOffset? Read(string text) => text.Contains('T', StringComparison.Ordinal)
        ? Instants.OfQuery(text) : DateRange.Parse(text)?.Low;
}
