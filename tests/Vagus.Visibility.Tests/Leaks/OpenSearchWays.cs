using Vagus.Access.Authorization;

namespace Vagus.Visibility.Tests.Leaks;

/// <summary>
/// Searches that are open while the records are written, and first pages of such searches afterwards: of each type, and by the parameters,
/// of which each asker has every fourth. Tokens with scopes open no live connection.
/// </summary>
internal sealed class OpenSearchWays(LeakScene scene, Tally tally) : IAsyncDisposable
{
    private const int Turns = 4;
    private readonly List<(Asker Asker, List<Pair> Asked, SearchListener Line)> open = [];

    public static async Task<OpenSearchWays> Open(LeakScene scene, Tally tally)
    {
        var ways = new OpenSearchWays(scene, tally);
        foreach (var (asker, turn) in scene.Askers.Where(asker => asker.Scopes is null).Select((asker, index) => (asker, index % Turns)))
        {
            // Who sees these follows from other records: their searches are refused to everybody.
            var asked = scene.Pairs.All.Where(pair => pair.Type is not ("Provenance" or RowScope.OfThreads))
                .GroupBy(pair => pair.Type)
                .SelectMany(pairs => pairs.Where((_, index) => index % Turns == turn)
                    .Prepend(pairs.First() with { Parameter = "", Query = "" }))
                .ToList();
            ways.open.Add((asker, asked, await ways.Ask(asker, asked)));
        }

        return ways;
    }

    public async Task Check()
    {
        foreach (var (asker, asked, line) in open)
        {
            await line.Settle(asker.Clinic);
            Check(asker, asked, line, Way.LiveSearch);
        }
    }

    /// <summary>Searches that are opened now. They are in the audit as what is seen of the records.</summary>
    public async Task CheckPages()
    {
        foreach (var (asker, asked, _) in open)
        {
            await using var late = await Ask(asker, asked);
            Check(asker, asked, late, Way.LiveSearchPage);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, _, line) in open) await line.DisposeAsync();
    }

    private async Task<SearchListener> Ask(Asker asker, List<Pair> asked)
    {
        var line = await SearchListener.Open(scene.Clinic.House, asker.Person);
        foreach (var pair in asked)
        {
            var refusal = await line.Search(TextOf(pair));
            Assert.True(refusal == (asker.MayRead(pair.Type) ? null : "forbidden"), $"{asker}: {TextOf(pair)}: {refusal}");
            if (refusal is not null) tally.CountClosed();
        }

        return line;
    }

    private void Check(Asker asker, List<Pair> pairs, SearchListener line, Way way)
    {
        foreach (var pair in pairs.Where(pair => asker.MayRead(pair.Type)))
        {
            var meeting = pair.Query.Length == 0
                ? scene.Pairs.Records.Where(made => made.Type == pair.Type) : scene.Pairs.Meeting(pair.Type, pair.Query);
            var expected = meeting.Where(asker.Sees).Select(made => made.Id).Order(StringComparer.Ordinal).ToList();
            var shown = line.ListOf(TextOf(pair)).ToList();
            var asked = $"{asker}, {way}: {TextOf(pair)}";
            Assert.True(shown.SequenceEqual(expected), $"{asked}: {string.Join(',', shown)} and not {string.Join(',', expected)}");
            tally.Count(way, found: expected.Count > 0);
        }

        if (scene.Pairs.Records.Exists(made => made.Id != LeakScene.Other && asker.Sees(made))) return;
        foreach (var word in new[] { LeakScene.Canary, RecordMaker.Secret, LeakScene.Patient })
            Assert.DoesNotContain(line.Told, told => told.Contains(word, StringComparison.Ordinal));
    }

    private static string TextOf(Pair pair) => pair.Query.Length == 0 ? pair.Type : $"{pair.Type}?{pair.Query}";
}
