using System.Text.Json;
using Vagus.Access.Audit;
using Vagus.Access.Authorization;
using Vagus.Fhir.Auditing;
using Vagus.Fhir.Search.Request;
using Vagus.Fhir.Search.Sql;
using Vagus.Fhir.Store;
using Vagus.Fhir.Terminology;
using Vagus.Fhir.Writing;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Reading;

/// <summary>
/// The one door for reads. Every resource that is shown to a caller, over HTTP or in a Bundle, goes through here: its type is
/// within the caller's scope, its row within the caller's reach, its bytes within the call's budget, and the observers have recorded it.
/// </summary>
internal sealed class FhirReads
{
    private readonly FhirOptions options;
    private readonly ReadObservers observers;
    private readonly AuditSeal seal;
    private readonly RedisclosureNotices notices;
    private readonly PageCursors cursors;
    private readonly LeadingCounts counts;
    private readonly Database database;
    private readonly IRunQueries queries;
    private readonly FhirTransaction? within;

    public FhirReads(
        FhirOptions options, Database database, ReadObservers observers, AuditSeal seal, RedisclosureNotices notices, PageCursors cursors,
        LeadingCounts counts)
    {
        (this.options, this.database, queries, this.cursors, this.counts) = (options, database, database, cursors, counts);
        (this.observers, this.seal, this.notices) = (observers, seal, notices);
    }

    private FhirReads(FhirReads outside, FhirTransaction within)
    {
        (options, observers, seal, notices, cursors, counts) =
            (outside.options, outside.observers, outside.seal, outside.notices, outside.cursors, outside.counts);
        database = outside.database;
        (queries, this.within) = (within.Queries, within);
    }

    /// <summary>Reads as a part of this write: they see what it did, and what is shown is recorded with it or not at all.</summary>
    public FhirReads Within(FhirTransaction transaction) => new(this, transaction);

    /// <summary>
    /// The current version. One that the caller has already (<paramref name="known"/>) comes without its body and counts as not shown.
    /// </summary>
    public async ValueTask<Result<StoredResource>> Current(FhirCall call, string type, string id, KnownVersion known = default)
    {
        if (call.Refuse(ResourceInteractions.Read, type) is { } forbidden) return forbidden;
        var stored = await ReadResources.Current(queries, call.Reach, type, id, call.Cancel);
        if (stored is not { Deleted: false } || !known.Is(stored)) return await Show(call, AuditActions.Read, type, id, stored);
        if (await observers.Record(call, FhirEntries.OfRead(call, AuditActions.Read, stored), within) is { } refused) return refused;
        return stored with { Body = null, Unread = true };
    }

    public async ValueTask<Result<StoredResource>> Version(FhirCall call, string type, string id, long version)
    {
        if (call.Refuse(ResourceInteractions.Read, type) is { } forbidden) return forbidden;
        var stored = await ReadResources.Version(queries, call.Reach, type, id, version, call.Cancel);
        if (stored is null) return FhirRefusals.NoVersion(type, id, version);
        return await Show(call, AuditActions.ReadVersion, type, id, stored);
    }

    /// <summary>Versions of one resource, newest first, deletions included. Of those shown, the newest with content is recorded.</summary>
    public async ValueTask<Result<HistoryPage>> History(FhirCall call, string type, string id, HistoryRange range)
    {
        if (call.Refuse(ResourceInteractions.Read, type) is { } forbidden) return forbidden;
        var oneMore = range with { Limit = range.Limit + 1 };
        var versions = await ReadResources.History(queries, call.Reach, type, id, oneMore, call.Bodies, call.Cancel);
        if (versions.Count == 0 && range.IsWhole) return FhirRefusals.NotFound(type, id);

        var shown = versions.Take(range.Limit).TakeWhile(version => !version.Unread).ToList();
        var newest = shown.Find(version => !version.Deleted);
        var entry = FhirEntries.OfHistory(call, type, id, shown);
        var record = newest is null ? observers.Record(call, entry, within) : observers.Record(call, newest, entry, within);
        if (await record is { } refused) return refused;
        return new HistoryPage(shown, HasMore: versions.Count > shown.Count) { Notice = await notices.For(call, shown) };
    }

    /// <summary>Versions of all resources of one type, newest first. It is a list: of what it shows no observer is asked.</summary>
    public async ValueTask<Result<HistoryPage>> HistoryOfType(FhirCall call, string type, HistoryRange range)
    {
        if (call.Refuse(ResourceInteractions.Read, type) is { } forbidden) return forbidden;
        return await Histories(call, [type], range, shown => FhirEntries.OfHistoryOfType(call, type, shown));
    }

    /// <summary>Versions of the resources of all types that the caller reads, newest first.</summary>
    public async ValueTask<Result<HistoryPage>> HistoryOfSystem(FhirCall call, HistoryRange range)
    {
        var types = await ReadHistories.TypesOf(queries, call.Caller.Tenant, call.Cancel);
        List<string> readable = [.. types.Where(type => call.Refuse(ResourceInteractions.Read, type) is null)];
        return await Histories(call, readable, range, shown => FhirEntries.OfHistoryOfSystem(call, shown));
    }

    private async ValueTask<Result<HistoryPage>> Histories(
        FhirCall call, List<string> types, HistoryRange range, Func<IReadOnlyList<StoredResource>, AuditEntry> entryOf)
    {
        var oneMore = range with { Limit = range.Limit + 1 };
        var versions = types.Count == 0 ? [] : await ReadHistories.Run(queries, call.Reach, types, oneMore, call.Bodies, call.Cancel);
        if (versions is [{ Unread: true }, ..]) return FhirRefusals.AnswersTooLarge;
        var shown = versions.Take(range.Limit).TakeWhile(version => !version.Unread).ToList();
        if (await observers.Record(call, entryOf(shown), within) is { } refused) return refused;
        return new HistoryPage(shown, HasMore: versions.Count > shown.Count) { Notice = await notices.For(call, shown) };
    }

    /// <summary>What the caller may read of a patient's or an encounter's record, oldest first. It is a list, as a search is.</summary>
    public async ValueTask<Result<HistoryPage>> Everything(FhirCall call, RecordRange range)
    {
        if (call.Refuse(ResourceInteractions.Read, range.Of) is { } forbidden) return forbidden;
        var whose = await ReadResources.Current(queries, call.Reach, range.Of, range.Id, call.Cancel);
        if (whose is null) return FhirRefusals.NotFound(range.Of, range.Id);
        if (whose.Deleted) return FhirRefusals.Gone(range.Of, range.Id);
        var types = await ReadHistories.TypesOf(queries, call.Caller.Tenant, call.Cancel);
        List<string> readable =
        [
            .. types.Where(type => ReadRecords.Has(range.Of, type) && range.Types?.Contains(type) != false
                && call.Refuse(ResourceInteractions.Read, type) is null),
        ];
        var oneMore = range with { Limit = range.Limit + 1 };
        var found = readable.Count == 0 ? [] : await ReadRecords.Run(queries, call.Reach, readable, oneMore, call.Bodies, call.Cancel);
        if (found is [{ Unread: true }, ..]) return FhirRefusals.AnswersTooLarge;
        var shown = found.Take(range.Limit).TakeWhile(resource => !resource.Unread).ToList();
        var on = $"{range.Of}/{range.Id}";
        var entry = range.IsOfNow
            ? FhirEntries.OfOperation(call, on, "everything", shown) : FhirEntries.OfOperationOnVersions(call, on, "everything", shown);
        if (await observers.Record(call, entry, within) is { } refused) return refused;
        return new HistoryPage(shown, HasMore: found.Count > shown.Count) { Notice = await notices.For(call, shown) };
    }

    /// <summary>
    /// What an operation chooses among all that some searches find. What is looked at and not chosen is not shown; where there is more to
    /// look at than <paramref name="most"/>, the operation is refused.
    /// </summary>
    public async ValueTask<Result<HistoryPage>> Choose(
        FhirCall call, string type, IReadOnlyList<string> searches, int most, string operation,
        Func<IReadOnlyList<StoredResource>, IReadOnlyList<StoredResource>> choose)
    {
        if (call.Refuse(ResourceInteractions.Search, type) is { } forbidden) return forbidden;
        var found = new Dictionary<long, StoredResource>();
        foreach (var query in searches)
        {
            var search = ReadSearch.RunFilter(type, query, call, most);
            if (search.Refusal is { } malformed) return malformed;
            search = await Expanding.Run(call, search.Value);
            if (search.Refusal is { } unknown) return unknown;
            var wanted = search.Value with { Count = most + 1 };
            var matches = await SelectPage.Run(queries, call.Reach, wanted, call.Bodies, call.Cancel);
            foreach (var match in matches) found.TryAdd(match.Rid, match);
            if (found.Count > most || found.Values.Any(match => match.Unread)) return FhirRefusals.NarrowDown;
        }

        var shown = choose([.. found.Values]);
        if (await observers.Record(call, FhirEntries.OfOperation(call, type, operation, shown), within) is { } refused) return refused;
        return new HistoryPage(shown, HasMore: false) { Notice = await notices.For(call, shown) };
    }

    /// <summary>A page of what matches the query, or the number of matches alone where it asks for no more.</summary>
    public async ValueTask<Result<SearchPage>> Search(FhirCall call, string type, string query) =>
        await Record(call, type, query, await Searches(call).OfType(type, query));

    /// <summary>
    /// A page and the position of the log at which it is exact: it shows what the search finds there. Not within a write.
    /// </summary>
    public async ValueTask<Result<(SearchPage Page, long Position)>> SearchAt(FhirCall call, string type, string query)
    {
        var (found, position) = await database.InSnapshot(
            async snapshot =>
            {
                var search = new RunSearch(options, cursors, counts, snapshot, new ExpandSearches(snapshot, observers, within), call);
                var page = await search.OfType(type, query);
                return (page, (await EventLog.Extent(snapshot, call.Caller.Tenant, call.Cancel)).Last);
            },
            call.Cancel);
        var recorded = await Record(call, type, query, found);
        return recorded.Refusal is { } refused ? refused : (recorded.Value, position);
    }

    /// <summary>Why the caller may never search the type; null where it may.</summary>
    public static Refusal? RefuseSearch(FhirCall call, string type) => call.Refuse(ResourceInteractions.Search, type);

    /// <summary>A search that is gone on with shows nothing now, and is in the audit as what it asks for.</summary>
    public ValueTask<Refusal?> RecordSearch(FhirCall call, string type, string query) =>
        observers.Record(call, EntryOf(call, type, query, []), within);

    /// <summary>The same of several types, which the query names.</summary>
    public async ValueTask<Result<SearchPage>> SearchTypes(FhirCall call, string query) =>
        await Record(call, type: null, query, await Searches(call).OfTypes(query));

    /// <summary>The same within the compartment of one resource.</summary>
    public async ValueTask<Result<SearchPage>> SearchCompartment(FhirCall call, string of, string id, string type, string query) =>
        await Record(call, type == RunSearch.AnyType ? null : type, query, await Searches(call).OfCompartment(of, id, type, query));

    /// <summary>
    /// The ids of at most so many matches of a condition: which resources they are decides what is written, and nothing of them is shown.
    /// An unknown parameter is refused here also with <c>handling=lenient</c>.
    /// </summary>
    public async ValueTask<Result<IReadOnlyList<string>>> Find(FhirCall call, string type, string condition, int atMost)
    {
        if (call.Refuse(ResourceInteractions.Search, type) is { } forbidden) return forbidden;
        var search = ReadSearch.RunCondition(type, condition, call, atMost);
        if (search.Refusal is { } malformed) return malformed;
        if (search.Value.Conditions.Count == 0) return FhirRefusals.Invalid("A condition needs at least one search parameter.");
        search = await Expanding.Run(call, search.Value);
        if (search.Refusal is { } unknown) return unknown;
        // A budget of nothing reads no bodies.
        var found = await SelectPage.Run(queries, call.Reach, search.Value, new BodyBudget(0), call.Cancel);
        // Outside of the write this is a plan, which the write asks once more.
        within?.Audit(EntryOf(call, type, condition, found));
        return found.ConvertAll(match => match.Id);
    }

    /// <summary>
    /// What the server itself must know to decide about a write, also what the caller does not see. Nothing of it is shown to anybody, and
    /// so none of it is in the audit.
    /// </summary>
    public async ValueTask<Result<IReadOnlyList<StoredResource>>> Decide(FhirCall call, string type, string condition, int most)
    {
        var server = call with { Reach = Reach.Everything(call.Caller), Bodies = new BodyBudget(options.AnswerBytes) };
        var search = ReadSearch.RunCondition(type, condition, server, most + 1);
        if (search.Refusal is { } malformed) return malformed;
        var found = await SelectPage.Run(queries, server.Reach, search.Value, server.Bodies, call.Cancel);
        if (found.Count > most || found.Exists(match => match.Unread)) return FhirRefusals.NarrowDown;
        return found;
    }

    /// <summary>
    /// An operation over code systems and value sets. The tenant's own that it looks at are in the audit, also where it is refused then.
    /// </summary>
    public async ValueTask<Result<T>> Terminology<T>(
        FhirCall call, string on, string operation, Func<TenantTerminology, ValueTask<Result<T>>> work)
    {
        var source = new TenantTerminology(queries, call);
        var result = await work(source);
        if (source.Cut is { } cut) result = cut;
        if (result.IsRefused && source.Used.Count == 0) return result;
        return await observers.Record(call, FhirEntries.OfOperation(call, on, operation, source.Used), within) is { } unrecorded
            ? unrecorded : result;
    }

    /// <summary>
    /// What the organization's rule would tell of the references of a resource that is not written, as the next version of the one with
    /// this id. Nothing of their targets is shown.
    /// </summary>
    public ValueTask<Result<List<AbsentTarget>>> FindAbsent(
        FhirCall call, ReferenceRule rule, string type, string? id, JsonElement resource) =>
        new AbsentTargets(queries, call, rule).OfProposed(type, id, resource);

    /// <summary>
    /// The versions that events point at, 0 for the current one, as far as the caller may read them. The commit by which the notification
    /// leaves records them: before it they are shown to no caller.
    /// </summary>
    public async ValueTask<Dictionary<AskedResource, StoredResource>> OfEvents(FhirCall call, IEnumerable<AskedResource> named)
    {
        var found = new Dictionary<AskedResource, StoredResource>();
        // Each is one look-up by its key; a notification has a hundred at most.
        foreach (var each in named.Distinct().Where(each => call.Refuse(ResourceInteractions.Read, each.Type) is null))
        {
            var stored = each.Version == 0
                ? await ReadResources.Current(queries, call.Reach, each.Type, each.Id, call.Cancel)
                : await ReadResources.Version(queries, call.Reach, each.Type, each.Id, each.Version, call.Cancel);
            if (stored is not null && !call.Bodies.Spend(stored)) break;
            if (stored is not null) found.Add(each, stored);
        }

        return found;
    }

    /// <summary>
    /// Resources for a file of an export, in the order of their creation, the newest first. The commit by which the file comes to be
    /// records them: before it they are shown to no caller. None means that the part is at its end; definitions that its queries need are
    /// read beside the budget of its bodies.
    /// </summary>
    public async ValueTask<Result<List<StoredResource>>> OfExport(FhirCall call, ExportPart part)
    {
        if (call.Refuse(ResourceInteractions.Search, part.Type) is { } forbidden) return forbidden;
        if (part.IsNothing) return new List<StoredResource>();
        if (part.DeletedSince is { } since)
        {
            var deleted = new SelectDeleted(part.Type, since, part.Before, part.Count)
            {
                Patient = part.Patient, OfPatients = part.OfPatients,
            };
            return await deleted.Run(queries, call.Reach, call.Cancel);
        }

        var ways = new List<IReadOnlyList<SearchCondition>>();
        var terminology = call with { Bodies = new BodyBudget(options.AnswerBytes) };
        foreach (var query in part.Queries)
        {
            var search = ReadSearch.RunFilter(part.Type, query, call, part.Count);
            if (search.Refusal is { } malformed) return malformed;
            search = await Expanding.Run(terminology, search.Value);
            if (search.Refusal is { } unknown) return unknown;
            ways.Add(search.Value.Conditions);
        }

        List<SearchCondition> conditions = ways is [var only] ? [.. only] : [new EitherCondition(ways)];
        if (part.Patient is { } patient) conditions.Add(new CompartmentCondition("Patient", patient, []));
        else if (part.OfPatients) conditions.Add(new AnyPatientCondition());
        var wanted = new SearchRequest(part.Type) { Count = part.Count, Conditions = conditions, After = new PageEnd(part.Before, []) };
        var found = await SelectPage.Run(queries, call.Reach, wanted, call.Bodies, call.Cancel);
        if (found is [{ Unread: true }, ..]) return FhirRefusals.AnswersTooLarge;
        return found.TakeWhile(resource => !resource.Unread).ToList();
    }

    private ExpandSearches Expanding => new(queries, observers, within);

    private RunSearch Searches(FhirCall call) => new(options, cursors, counts, queries, Expanding, call);

    /// <summary>Each type that is shown has an entry of its own; the first, or that of no match, holds the query.</summary>
    private async ValueTask<Result<SearchPage>> Record(FhirCall call, string? type, string query, Result<SearchPage> found)
    {
        if (found.IsRefused) return found;
        var shown = found.Value.Shown.ToLookup(resource => resource.Type, StringComparer.Ordinal);
        var first = type ?? (found.Value.Matches is [var match, ..] ? match.Type : found.Value.Search.Type);
        var entry = EntryOf(call, first, query, [.. shown[first]]);
        if (await observers.Record(call, entry, within) is { } refused) return refused;
        foreach (var others in shown.Where(others => others.Key != first))
        {
            if (await observers.Record(call, FhirEntries.OfSearch(call, others.Key, [.. others]), within) is { } failed) return failed;
        }

        return found.Value with { Notice = await notices.For(call, [.. found.Value.Shown]) };
    }

    private AuditEntry EntryOf(FhirCall call, string type, string query, IReadOnlyList<StoredResource> shown) =>
        FhirEntries.OfSearch(call, type, shown) with { SealedQuery = query.Length == 0 ? null : seal.Query(call.Caller.Tenant, query) };

    private async ValueTask<Result<StoredResource>> Show(FhirCall call, string action, string type, string id, StoredResource? stored)
    {
        if (stored is null) return FhirRefusals.NotFound(type, id);
        if (stored.Deleted) return FhirRefusals.Gone(type, id);
        if (!call.Bodies.Spend(stored)) return FhirRefusals.AnswersTooLarge;
        if (await observers.Record(call, stored, FhirEntries.OfRead(call, action, stored), within) is { } refused) return refused;
        return await notices.For(call, stored) is { } notice ? stored with { Notice = notice } : stored;
    }
}
