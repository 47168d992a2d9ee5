using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Bundles;

/// <summary>
/// The searches of a transaction, which all writes of the organization wait for: those of its GETs, and those that decide about an entry or
/// find the target of a reference. Conditions that are look-ups cost no more than the write beside them and do not count.
/// </summary>
internal static class TransactionSearches
{
    /// <summary>Names the first entry with a search above the limit.</summary>
    public static Refusal? TooMany(IReadOnlyList<BundleEntry> entries, TransactionLinks links, int most)
    {
        var searches = entries.Where(IsSearch).Select(entry => (int?)entry.Index)
            .Concat(links.Unresolved.Where(reference => !Condition.OfReference(reference).IsLookUp).Select(links.EntryOf));
        return searches.Skip(most).Select(Refusal? (entry) => Above(entry, most)).FirstOrDefault();
    }

    private static bool IsSearch(BundleEntry entry) =>
        entry is { Method: "GET", Id: null } || Condition.Of(entry) is { IsLookUp: false };

    private static Refusal Above(int? entry, int most) => FhirRefusals.TooCostly(
        $"{FhirRefusals.InEntry(entry)}there is one search too many: a transaction may have {most}, and conditions are "
        + "among them that ask for more than one identifier with its system or one _id. Send more of them in a batch.");
}
