using Vagus.Access.Audit;
using Vagus.Access.Authorization;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Reading;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Live;

/// <summary>The first page of a search that is kept open, exact at a position of the log.</summary>
/// <param name="Position">The position.</param>
/// <param name="Resources">The page, in the order of the search.</param>
/// <param name="IsWhole">The page is all that the search finds.</param>
/// <param name="Total">How many it finds, where that is known.</param>
public sealed record FirstPage(long Position, IReadOnlyList<byte[]> Resources, bool IsWhole, long? Total)
{
    /// <summary>The statement that must go with the page (42 CFR 2.32); null where there is none.</summary>
    public string? Notice { get; init; }
}

/// <summary>What a caller may ask of a search that is kept open.</summary>
/// <param name="Reach">How far the caller reaches.</param>
/// <param name="Origin">From where the caller came, as the audit records it.</param>
/// <param name="Most">How many matches a page has at most.</param>
/// <param name="Bytes">How many bytes of resources a page has, or a little more.</param>
public sealed record LiveSearchCall(Reach Reach, AuditOrigin Origin, int Most, long Bytes);

/// <summary>Opens searches that are kept open: reads what is asked for, and gives the first page.</summary>
public sealed class OpenLiveSearch
{
    private readonly FhirReads reads;
    private readonly FhirOptions options;
    private readonly OwnBases own;
    private readonly TimeProvider clock;

    internal OpenLiveSearch(FhirReads reads, FhirOptions options, OwnBases own, TimeProvider clock) =>
        (this.reads, this.options, this.own, this.clock) = (reads, options, own, clock);

    /// <summary>Understands a search (<c>Appointment?date=…</c>), or refuses it: nothing is read.</summary>
    public Result<LiveSearch> Read(LiveSearchCall asked, string text) => ReadLiveSearch.Run(text, CallOf(asked, default), asked.Most);

    /// <summary>The first page, recorded in the audit as the search that it is.</summary>
    public async ValueTask<Result<FirstPage>> Page(LiveSearchCall asked, LiveSearch search, CancellationToken cancel)
    {
        var found = await reads.SearchAt(CallOf(asked, cancel), search.Type, search.Query);
        if (found.Refusal is { } refused) return refused;
        var (page, position) = found.Value;
        var isWhole = page.Cursor is null;
        if (!isWhole && search.AsksForAll)
            return new Refusal(
                RefusalKind.TooMany, "too_many_matches",
                "The search finds more than one page holds. Narrow it, or name _count to be given the first of them.");
        return new FirstPage(position, [.. page.Matches.Select(match => match.Body).OfType<byte[]>()], isWhole, page.Total)
        {
            Notice = page.Notice,
        };
    }

    /// <summary>
    /// Puts into the audit that a caller goes on with a search whose result it has. Null once it is there.
    /// </summary>
    public ValueTask<Refusal?> Continue(LiveSearchCall asked, LiveSearch search, CancellationToken cancel) =>
        reads.RecordSearch(CallOf(asked, cancel), search.Type, search.Query);

    private FhirCall CallOf(LiveSearchCall asked, CancellationToken cancel) =>
        new(asked.Reach.Caller, asked.Reach, options.BaseUrl ?? "", own, clock)
        {
            Bodies = new BodyBudget(asked.Bytes), Origin = asked.Origin, Cancel = cancel,
        };
}
