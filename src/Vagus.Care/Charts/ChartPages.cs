using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Vagus.Access.Authorization;
using Vagus.Access.Policies;
using Vagus.Kernel;

namespace Vagus.Care.Charts;

/// <summary>Where a page of a list begins and how long it is.</summary>
internal sealed record PageRequest((long Sort, long Origin)? After, int Limit)
{
    public static Result<PageRequest> Read(IQueryCollection query)
    {
        if (LimitIn(query) is not { } limit) return ChartRefusals.Malformed;
        if (query["cursor"] is not [{ } cursor]) return new PageRequest(null, limit);
        return cursor.Split('_') is [var sort, var origin]
            && long.TryParse(sort, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var place)
            && long.TryParse(origin, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new PageRequest((place, number), limit) : ChartRefusals.Malformed;
    }

    /// <summary>Null where it is none.</summary>
    public static int? LimitIn(IQueryCollection query)
    {
        if (query["limit"] is not [{ } asked]) return ChartLimits.DefaultPage;
        if (!int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)) return null;
        return limit is >= 1 and <= ChartLimits.LargestPage ? limit : null;
    }

    public string? CursorOf(IReadOnlyList<FactRow> found) => found.Count <= Limit ? null
        : string.Create(CultureInfo.InvariantCulture, $"{found[Limit - 1].Sort}_{found[Limit - 1].Origin}");
}

/// <summary>
/// Lists of one chart, newest first: a page of the items, then the rows that belong to them, each within the caller's reach. Items are
/// put together from what the caller sees: a dispense that is hidden is not on its prescription.
/// </summary>
internal sealed class ChartPages(ChartDoor door, IFindUsers users)
{
    // A header: the list and its ETag stay the same while other patients' charts change.
    private const string MadeUpTo = "Vagus-Sequence";

    public async Task<IResult> Answer<T>(string patientId, HttpContext http, ChartList<T> list)
    {
        var opened = await door.Open(http, patientId);
        if (opened.Refusal is { } closed) return closed.ToProblem();
        var asked = PageRequest.Read(http.Request.Query);
        if (asked.Refusal is { } malformed) return malformed.ToProblem();
        var (view, page) = (opened.Value, asked.Value);

        var query = new FactQuery(view).AddNewest(FactKind.Patient, 1);
        list.AddItems(query, page.After, page.Limit + 1);
        query.AddStand();
        var rows = await query.Run(door.Queries, http.RequestAborted);
        if (await door.Refuse(view, rows, http.RequestAborted) is { } refused) return refused.ToProblem();
        List<FactRow> found =
        [
            .. rows.Where(kind => kind.Key is not (FactKind.Patient or FactKind.Mark)).SelectMany(kind => kind)
                .OrderByDescending(row => row.Sort).ThenByDescending(row => row.Origin).Take(page.Limit + 1),
        ];
        List<FactRow> items = [.. found.Take(page.Limit)];
        var parts = await Parts(view, items, list, http.RequestAborted);
        var shown = ChartDoor.ReferencesOf(items.Concat(parts));
        if (await door.Record(http, view, list.Name, shown) is { } unrecorded) return unrecorded.ToProblem();
        var byLink = parts.ToLookup(part => part.Link, StringComparer.Ordinal);
        if (rows[FactKind.Mark].FirstOrDefault() is { } mark)
            http.Response.Headers[MadeUpTo] = mark.Sort.ToString(CultureInfo.InvariantCulture);
        List<T> folded = [.. items.Select(item => list.Fold(view, item, byLink))];
        var names = await ChartNames.Of(users, view, rows, folded.SelectMany(list.PeopleIn), http.RequestAborted);
        var answer = new ChartPage<T>([.. folded.Select(each => list.WithNames(each, names))], page.CursorOf(found));
        return ChartAnswer.Of(http, answer, list.Form);
    }

    /// <summary>In rounds: a report that belongs to a study has viewings of its own.</summary>
    private async ValueTask<List<FactRow>> Parts<T>(ChartView view, List<FactRow> items, ChartList<T> list, CancellationToken cancel)
    {
        var all = new List<FactRow>();
        var of = items;
        foreach (var round in list.Rounds)
        {
            List<string> links = [.. of.SelectMany(list.LinksOf).Distinct(StringComparer.Ordinal)];
            if (links.Count == 0) break;
            var query = new FactQuery(view);
            foreach (var kind in round) query.AddParts(kind, links, ChartLimits.PartsOfPage);
            of = [.. (await query.Run(door.Queries, cancel)).SelectMany(kind => kind)];
            all.AddRange(of);
        }

        return all;
    }
}

/// <summary>One kind of list: which rows are its items, what belongs to them, and how an item is put together.</summary>
internal abstract class ChartList<T>(string name, JsonTypeInfo<ChartPage<T>> form)
{
    public string Name => name;

    public JsonTypeInfo<ChartPage<T>> Form => form;

    /// <summary>The kinds of the rows that belong to the items, and then of those that belong to these.</summary>
    public abstract IReadOnlyList<FactKind[]> Rounds { get; }

    public abstract void AddItems(FactQuery query, (long Sort, long Origin)? after, int most);

    /// <summary>The names under which rows belong to this one.</summary>
    public abstract IEnumerable<string> LinksOf(FactRow row);

    public abstract T Fold(ChartView view, FactRow item, ILookup<string?, FactRow> parts);

    /// <summary>The users whose names an item says.</summary>
    public virtual IEnumerable<string?> PeopleIn(T item) => [];

    public virtual T WithNames(T item, ChartNames names) => item;
}
