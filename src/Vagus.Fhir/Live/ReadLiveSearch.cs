using Vagus.Fhir.R4.Criteria;
using Vagus.Fhir.Reading;
using Vagus.Fhir.Search.Request;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Live;

/// <summary>
/// Reads a search that is to be kept open: <c>Appointment?date=2026-11-26&amp;practitioner=…</c>. What depends on other resources is
/// refused by name: a change of these would move resources into or out of the result without an event of their own.
/// </summary>
internal static class ReadLiveSearch
{
    private const string Unsupported = "unsupported_search";

    // Who sees them follows from other records: the targets of a Provenance, the thread of a Communication; the audit is no resource.
    private static readonly string[] OfOthers = ["AuditEvent", "Communication", "Provenance"];
    private static readonly string[] Terminology = [":in", ":not-in", ":above", ":below"];

    public static Result<LiveSearch> Run(string text, FhirCall call, int most)
    {
        var mark = text.IndexOf('?', StringComparison.Ordinal);
        var (type, query) = mark < 0 ? (text, "") : (text[..mark], text[(mark + 1)..]);
        if (FhirReads.RefuseSearch(call, type) is { } forbidden) return forbidden;
        if (OfOthers.Contains(type)) return Refuse($"A search of {type} is not kept open: who sees it follows from other records.");
        var read = ReadSearch.Run(type, query, call, most, most);
        if (read.Refusal is { } malformed) return malformed;
        if (RefuseShape(read.Value) is { } refused) return refused;
        var isWhole = !read.Value.Kept.Any(each => each.Name == "_count");
        var first = isWhole ? $"{(query.Length == 0 ? "" : $"{query}&")}_count={most}" : query;
        return new LiveSearch(type, first, read.Value.Conditions) { AsksForAll = isWhole };
    }

    private static Refusal? RefuseShape(SearchRequest search)
    {
        foreach (var (name, _) in search.Kept)
        {
            if (IsOfOthers(search, name))
                return Refuse($"'{FhirRefusals.Shown(name)}' asks other resources, or their words: such a search is not kept open.");
        }

        if (search.Conditions.Any(IsApproximate))
            return Refuse("'ap' with a date is not supported in a search that is kept open: its range depends on the day. Use ge and lt.");
        if (search.Includes.Count > 0) return Refuse("A search that is kept open includes no other resources.");
        if (search.CountOnly || search.Subset is not null)
            return Refuse("A search that is kept open shows whole resources: without _summary, _elements and _count=0.");
        return search.Cursor is null ? null : Refuse("A search that is kept open begins at its first page.");
    }

    private static bool IsApproximate(SearchCondition condition) => condition switch
    {
        IndexCondition index => index.Criterion.AnyOf.Any(IsApproximate),
        UpdatedCondition updated => IsApproximate(updated.Term),
        EitherCondition either => either.Ways.Any(way => way.Any(IsApproximate)),
        _ => false,
    };

    private static bool IsApproximate(SearchTerm term) => term switch
    {
        DateTerm date => date.Test == DateTest.Overlaps,
        CompositeTerm tuple => tuple.OfResource.Concat(tuple.OfTuple).Any(part => IsApproximate(part.Term)),
        _ => false,
    };

    private static bool IsOfOthers(SearchRequest search, string name)
    {
        if (name.Contains('.', StringComparison.Ordinal) || name.StartsWith("_has:", StringComparison.Ordinal)) return true;
        if (name is "_list" or "_text" or "_content") return true;
        return search.Conditions.Any(condition => condition is TerminologyCondition)
            && Array.Exists(Terminology, modifier => name.EndsWith(modifier, StringComparison.Ordinal));
    }

    private static Refusal Refuse(string message) => new(RefusalKind.Invalid, Unsupported, message);
}
