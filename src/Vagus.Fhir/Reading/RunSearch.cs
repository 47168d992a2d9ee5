using Vagus.Access.Authorization;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.Search.Request;
using Vagus.Fhir.Search.Sql;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Fhir.Reading;

/// <summary>
/// The inside of a search: a page of matches of one type, of several (<c>_type</c>), or of one within a compartment, and what goes with it.
/// It records the definitions that its codes come from; of the page <see cref="FhirReads"/> does, before it is shown.
/// </summary>
internal sealed class RunSearch(
    FhirOptions options, PageCursors cursors, LeadingCounts counts, IRunQueries queries, ExpandSearches expanding, FhirCall call)
{
    private const int MostTypes = 16;
    private const string TypeName = "_type";

    /// <summary>In place of a type within a compartment: all of them.</summary>
    public const string AnyType = "*";

    private static readonly Refusal OnlyByChange = FhirRefusals.NotSupported("A search of several types is sorted by _lastUpdated only.");

    public async ValueTask<Result<SearchPage>> OfType(string type, string query)
    {
        if (call.Refuse(ResourceInteractions.Search, type) is { } forbidden) return forbidden;
        var read = ReadSearch.Run(type, query, call, options.PageSize, options.LargestPage);
        return read.Refusal is { } malformed ? malformed : await Page([read.Value]);
    }

    /// <summary>Resources of a type in the compartment of one resource (R4 §3.1.1.2). It is not told whether that one is there.</summary>
    public async ValueTask<Result<SearchPage>> OfCompartment(string of, string id, string type, string query)
    {
        if (type == AnyType) return await OfWholeCompartment(of, id, query);
        if (call.Refuse(ResourceInteractions.Search, type) is { } forbidden) return forbidden;
        if (type == ReadSearch.Apart) return ReadSearch.SearchedApart;
        var read = ReadWithin(of, id, type, query);
        return read.Refusal is { } malformed ? malformed : await Page([read.Value with { Address = $"{of}/{id}/{type}" }]);
    }

    /// <summary>
    /// The resources of all types in it (R4 §3.1.1.2, <c>Patient/1/*</c>), or of those that <c>_type</c> names. Parameters are those that
    /// each of the types has; types that the caller never searches are left out where none is named.
    /// </summary>
    private async ValueTask<Result<SearchPage>> OfWholeCompartment(string of, string id, string query)
    {
        var named = TypesOf(query, out var rest);
        if (named.Find(type => call.Refuse(ResourceInteractions.Search, type) is not null) is { } closed)
            return call.Refuse(ResourceInteractions.Search, closed) ?? FhirRefusals.Forbidden;
        var types = named.Count > 0
            ? named : [.. R4Definitions.ResourceTypes.Where(type => IsIn(of, type) && call.Reach.May(ResourceInteractions.Search, type))];
        if (types.Count == 0) return FhirRefusals.NoSuchInteraction;
        List<(string, string)> kept = named.Count > 0 ? [(TypeName, string.Join(',', named))] : [];
        var searches = new List<SearchRequest>();
        foreach (var type in types)
        {
            if (type == ReadSearch.Apart) continue;
            var read = ReadWithin(of, id, type, rest);
            if (read.Refusal is { } malformed) return malformed;
            if (read.Value.Order == SearchOrder.Sorted) return OnlyByChange;
            searches.Add(read.Value with { Address = $"{of}/{id}/{AnyType}", Kept = [.. kept, .. read.Value.Kept] });
        }

        // A type of which there is nothing costs no query.
        var stored = await ReadHistories.TypesOf(queries, call.Caller.Tenant, call.Cancel);
        List<SearchRequest> asked = [.. searches.Where(search => stored.Contains(search.Type))];
        return await Page(asked.Count == 0 ? searches[..1] : asked);
    }

    private static bool IsIn(string of, string type) =>
        type != ReadSearch.Apart && (R4Definitions.Compartment(of, type).Count > 0 || (of, type) is ("Patient", "Patient"));

    private Result<SearchRequest> ReadWithin(string of, string id, string type, string query)
    {
        var codes = R4Definitions.Compartment(of, type);
        if (codes.Count == 0 && (of, type) is not ("Patient", "Patient"))
            return FhirRefusals.NotSupported($"{type} is not in the compartment of {FhirRefusals.Shown(of)}.");
        var read = ReadSearch.Run(type, query, call, options.PageSize, options.LargestPage);
        if (read.IsRefused) return read;
        SearchCondition within = of == type && of != "Patient"
            ? new IdCondition([id])
            : new CompartmentCondition(of, id, [.. codes.Select(code => R4Definitions.SearchParameter(type, code)?.Id).OfType<int>()]);
        return read.Value with { Conditions = [.. read.Value.Conditions, within] };
    }

    /// <summary>Resources of several types, which <c>_type</c> names. Parameters are those that each of the types has.</summary>
    public async ValueTask<Result<SearchPage>> OfTypes(string query)
    {
        var named = TypesOf(query, out var rest);
        if (named.Count == 0) return FhirRefusals.Invalid($"A search of the whole server names its types: {TypeName}=Patient,Observation.");
        if (named.Count > MostTypes) return FhirRefusals.TooCostly($"{TypeName} names at most {MostTypes} types.");
        var searches = new List<SearchRequest>();
        foreach (var type in named)
        {
            if (call.Refuse(ResourceInteractions.Search, type) is { } forbidden) return forbidden;
            if (type == ReadSearch.Apart) return ReadSearch.SearchedApart;
            var read = ReadSearch.Run(type, rest, call, options.PageSize, options.LargestPage);
            if (read.Refusal is { } malformed) return malformed;
            if (read.Value.Order == SearchOrder.Sorted) return OnlyByChange;
            searches.Add(read.Value with { Address = "", Kept = [(TypeName, string.Join(',', named)), .. read.Value.Kept] });
        }

        return await Page(searches);
    }

    private async ValueTask<Result<SearchPage>> Page(IReadOnlyList<SearchRequest> searches)
    {
        var expanded = await expanding.Run(call, searches);
        if (expanded.Refusal is { } unknown) return unknown;
        searches = await Led(expanded.Value);
        var first = searches[0];
        List<string> warnings =
            [.. searches.SelectMany(search => search.LeftOut).Distinct(StringComparer.Ordinal).Select(why => $"Left out: {why}")];
        if (first.CountOnly) return new SearchPage(first, []) { Total = await Count(searches), Warnings = warnings };
        if (first.Cursor is { } cursor)
        {
            var after = cursors.Open<PageEnd>(call, first.Scope(), cursor);
            if (after.Refusal is { } damaged) return damaged;
            searches = [.. searches.Select(search => search with { After = after.Value })];
        }

        var matches = await Matches(searches);
        if (matches is [{ Resource.Unread: true }, ..]) return FhirRefusals.AnswersTooLarge;
        var shown = matches.Take(first.Count).TakeWhile(match => !match.Resource.Unread).ToList();
        var page = new SearchPage(first, shown.ConvertAll(match => match.Resource)) { Warnings = warnings };
        var hasMore = matches.Count > shown.Count;
        if (hasMore) page = page with { Cursor = cursors.Seal(call, first.Scope(), shown[^1].End) };
        page = await Include(page);
        // On a first and only page the total is known; elsewhere it is counted when asked for.
        if (first.Cursor is null && !hasMore) return page with { Total = shown.Count };
        return first.WantsTotal ? page with { Total = await Count(searches) } : page;
    }

    private async ValueTask<IReadOnlyList<SearchRequest>> Led(IReadOnlyList<SearchRequest> searches)
    {
        var led = new List<SearchRequest>(searches.Count);
        foreach (var search in searches)
        {
            var leader = await counts.Choose(queries, call.Caller.Tenant, search, call.Cancel);
            led.Add(leader is null ? search : search with { Leader = leader });
        }

        return led;
    }

    private async ValueTask<SearchPage> Include(SearchPage page)
    {
        if (page.Search.Includes.Count == 0 || page.Matches.Count == 0) return page;
        var select = new SelectIncluded(queries, call.Reach, page.Search, call.Bodies, call.Cancel);
        var included = await select.Of(page.Matches);
        return page with
        {
            Included = included,
            Warnings = select.IsCut
                ? [.. page.Warnings, $"Not all that was to be included is: {SelectIncluded.Most} resources at most are. Ask for fewer matches."]
                : page.Warnings,
        };
    }

    /// <summary>One more than the page holds, if there are.</summary>
    private async ValueTask<List<(StoredResource Resource, PageEnd End)>> Matches(IReadOnlyList<SearchRequest> searches)
    {
        if (searches is [var only]) return await Matches(only with { Count = only.Count + 1 }, call.Bodies);
        var (first, all) = (searches[0], new List<StoredResource>());
        foreach (var search in searches)
        {
            var places = search with { Count = search.Count + 1 };
            all.AddRange(await SelectPage.Run(queries, call.Reach, places, new BodyBudget(0), call.Cancel));
        }

        // Types share one order: the positions of the tenant's log.
        long Place(StoredResource resource) => SelectPage.EndOf(first, resource).Place;
        List<StoredResource> merged =
            [.. first.Order == SearchOrder.OldestChange ? all.OrderBy(Place) : all.OrderByDescending(Place)];
        var shown = merged[..Math.Min(merged.Count, first.Count)];
        var read = await SelectMixed.Run(queries, call.Reach, first.Order, shown, call.Bodies, call.Cancel);
        var byRid = read.ToDictionary(resource => resource.Rid);
        // One that was changed meanwhile stays at the place where it was found: the next page begins behind that.
        var page = shown.Where(resource => byRid.ContainsKey(resource.Rid))
            .Select(resource => (byRid[resource.Rid], SelectPage.EndOf(first, resource))).ToList();
        // The one behind the page is not shown: it tells that there is more.
        if (merged.Count > shown.Count)
            page.Add((merged[shown.Count] with { Body = null, Unread = true }, SelectPage.EndOf(first, merged[shown.Count])));
        return page;
    }

    private async ValueTask<List<(StoredResource Resource, PageEnd End)>> Matches(SearchRequest search, BodyBudget bodies)
    {
        if (search.Order == SearchOrder.Sorted) return await SelectSorted.Run(queries, call.Reach, search, bodies, call.Cancel);
        var found = await SelectPage.Run(queries, call.Reach, search, bodies, call.Cancel);
        return found.ConvertAll(resource => (resource, SelectPage.EndOf(search, resource)));
    }

    private async ValueTask<long> Count(IReadOnlyList<SearchRequest> searches)
    {
        var total = 0L;
        foreach (var search in searches) total += await SelectPage.Count(queries, call.Reach, search, call.Cancel);
        return total;
    }

    private static List<string> TypesOf(string query, out string rest)
    {
        var types = new List<string>();
        var others = new List<string>();
        foreach (var part in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.StartsWith($"{TypeName}=", StringComparison.Ordinal))
                types.AddRange(Uri.UnescapeDataString(part[(TypeName.Length + 1)..].Replace('+', ' '))
                    .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
            else others.Add(part);
        }

        rest = string.Join('&', others);
        return [.. types.Distinct(StringComparer.Ordinal)];
    }
}
