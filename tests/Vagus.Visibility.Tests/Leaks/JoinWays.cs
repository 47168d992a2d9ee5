using Vagus.Fhir.R4.Definitions;

namespace Vagus.Visibility.Tests.Leaks;

/// <summary>
/// From records that are seen to those that may not be: chains, <c>_has</c>, includes both ways, lists. What the asker does not see decides
/// nothing and comes out by none of them.
/// </summary>
internal sealed class JoinWays(Asker asker, Pairs pairs, JoinedRecords joined, Tally tally)
{
    private const int EntriesOfBatch = 400;
    private const int SideBySide = 4;

    public async Task Ask()
    {
        var cases = pairs.For(asker).SelectMany(Cases).Concat(pairs.All.Select(pair => pair.Type).Distinct().Select(OfList)).ToList();
        await Parallel.ForEachAsync(
            cases.Chunk(EntriesOfBatch), new ParallelOptions { MaxDegreeOfParallelism = SideBySide }, async (chunk, _) =>
            {
                var parts = await asker.Batch([.. chunk.Select(each => each.Query)]);
                foreach (var (each, part) in chunk.Zip(parts)) Check(each, part);
            });
    }

    private IEnumerable<Case> Cases(Pair pair)
    {
        var meeting = pairs.Meeting(pair.Type, pair.Query).ToList();
        yield return Chain(pair, meeting);
        if (pair.Parameter == "_tag")
        {
            foreach (var record in meeting.Where(made => made.Id != LeakScene.Other)) yield return Include(record);
        }

        foreach (var (target, code) in References(pair.Record).Take(1))
        {
            var referring = meeting.Where(made => References(made).Contains((target, code))).ToList();
            yield return new Case(
                Way.Has, $"{target.Type}?_id={target.Id}&_has:{pair.Type}:{code}:{pair.Query}", [target.Type, pair.Type],
                asker.SeesOpen(target) && referring.Exists(asker.Sees) ? [target.Id] : [], pair.Record);
            if (pair.Parameter != "_tag") continue;
            var all = pairs.Records.Where(made => made.Type == pair.Type && References(made).Contains((target, code))).Where(asker.Sees);
            yield return new Case(
                Way.RevInclude, $"{target.Type}?_id={target.Id}&_revinclude={pair.Type}:{code}", [target.Type, pair.Type],
                asker.SeesOpen(target) ? [target.Id, .. all.Select(made => made.Id)] : [], pair.Record);
        }
    }

    private Case Chain(Pair pair, List<Made> meeting) => new(
        Way.Chain, $"Basic?subject:{pair.Type}.{pair.Query}&code={JoinedRecords.Code}", ["Basic", pair.Type],
        [.. meeting.Where(asker.Sees).Where(made => made.Id != LeakScene.Other).Select(made => joined.Pointers[made.Reference])
            .Where(asker.SeesOpen).Select(pointer => pointer.Id)], pair.Record);

    private Case Include(Made record)
    {
        var pointer = joined.Pointers[record.Reference];
        // A type that the asker never reads is not named by the request and is left out.
        var included = asker.Sees(record) ? [record.Id] : Array.Empty<string>();
        return new Case(
            Way.Include, $"Basic?_id={pointer.Id}&_include=Basic:subject", ["Basic"],
            asker.SeesOpen(pointer) ? [pointer.Id, .. included] : [], record);
    }

    private Case OfList(string type)
    {
        var records = pairs.Records.Where(made => made.Type == type && made.Id != LeakScene.Other).ToList();
        return new Case(
            Way.List, $"{type}?_list={joined.List.Id}", ["List", type],
            asker.SeesOpen(joined.List) ? [.. records.Where(asker.Sees).Select(made => made.Id)] : [], records[0]);
    }

    private IEnumerable<(Made Target, string Code)> References(Made made) =>
        from reference in made.Values.References
        from target in joined.Targets
        where reference.Id == target.Id && reference.Type == target.Type
        let parameter = R4Definitions.SearchParameter(reference.Parameter)!
        where parameter.Targets.Contains(target.Type)
        select (target, parameter.Code);

    private void Check(Case each, Part part)
    {
        var asked = $"{asker}, {each.Way}: {each.Query}";
        if (!each.Types.All(asker.MayRead))
        {
            Assert.True(part.Status == 403, $"{asked}: {part.Text}");
            tally.CountClosed();
            return;
        }

        Assert.True(part.Status == 200, $"{asked}: {part.Text}");
        var expected = each.Expected.Order().ToList();
        Assert.True(part.Ids.SequenceEqual(expected), $"{asked}: {string.Join(',', part.Ids)} and not {string.Join(',', expected)}");
        if (!asker.Sees(each.Hidden)) Assert.DoesNotContain(RecordMaker.Secret, part.Text, StringComparison.Ordinal);
        tally.Count(each.Way, found: asker.Sees(each.Hidden) && expected.Count > 0);
    }

    /// <param name="Way">The door.</param>
    /// <param name="Query">The search.</param>
    /// <param name="Types">The types that it names: where the asker never reads one of them it is refused.</param>
    /// <param name="Expected">The ids that are found, with what is included.</param>
    /// <param name="Hidden">The record that it is about.</param>
    private sealed record Case(Way Way, string Query, string[] Types, IReadOnlyList<string> Expected, Made Hidden);
}
