using System.Text.RegularExpressions;
using Vagus.Access.Authorization;
using Vagus.Events;
using Vagus.Kernel;

namespace Vagus.Visibility.Tests.Matrix;

/// <summary>Compares what somebody heard with what that person may read.</summary>
internal sealed partial record Judge(Person Person, Reading Reading, Reading Twin, Script Play, bool IsLater)
{
    private const string Viewed = "lab.result.viewed";

    /// <summary>Event name and the version that it is about: the same in every clinic.</summary>
    public static string KeyOf(Heard heard) => $"{NameOf(heard)} {AboutOf(heard)}";

    /// <summary>Answers how many cells were checked.</summary>
    public int Check(string where, IReadOnlyCollection<Heard> all, IReadOnlyDictionary<string, HashSet<string>>? baseline)
    {
        var cells = 0;
        foreach (var heard in all)
        {
            foreach (Match canary in Canaries().Matches(heard.Text))
            {
                var part = Play.Versions.Keys.Single(
                    reference => reference.EndsWith($"/{canary.Groups["id"].Value}", StringComparison.Ordinal));
                Assert.True(
                    Reading.MayKnow(Person, part, Twin), $"{where}: {Person} gets something of {part} by {heard.Name}: {heard.Text}");
                cells++;
            }

            if (heard.IsUpdate) continue;
            var about = AboutOf(heard).Split("/_history/")[0];
            Assert.True(Reading.MayKnow(Person, about, Twin), $"{where}: {Person} is told {heard.Name} about {about}");
            // What a later write derives, and what the reading of a report tells, is its own matter; it is judged by its parts.
            var isNew = Play.IsLater(AboutOf(heard)) || NameOf(heard) == Viewed;
            Assert.True(
                isNew || baseline is null || baseline[$"{Person}"].Contains(KeyOf(heard)),
                $"{where}: {Person} is told {KeyOf(heard)}, and is not where nothing is hidden");
            cells++;
        }

        return cells + (baseline is null ? 0 : NothingIsMissing(where, all, baseline[$"{Person}"]));
    }

    /// <summary>The content of every version that a vread shows, of no other, and of each once.</summary>
    public int CheckUpdates(string where, IReadOnlyCollection<Heard> all)
    {
        var shown = all.Where(heard => heard.IsUpdate && heard.HasContent).GroupBy(heard => $"{heard.Resource}/_history/{heard.Version}")
            .ToDictionary(same => same.Key, same => same.Count());
        var cells = 0;
        foreach (var (reference, versions) in Play.Versions)
        {
            var type = reference.Split('/')[0];
            // What was written before the crowd gathered; and what is nobody's record is read by patients and not pushed to them.
            if (reference is "Patient/p1" or "Patient/p2" or "Practitioner/dr"
                || (Person.Role == Role.Patient && RoleGrants.Shared.Contains(type))) continue;
            for (var version = 1; version <= versions; version++)
            {
                var url = $"{reference}/_history/{version}";
                Assert.True(
                    shown.GetValueOrDefault(url) == (Reading.Shows(url) ? 1 : 0),
                    $"{where}: {Person} gets {url} {shown.GetValueOrDefault(url)} times; a read shows it: {Reading.Shows(url)}");
                cells++;
            }
        }

        return cells;
    }

    private int NothingIsMissing(string where, IReadOnlyCollection<Heard> all, HashSet<string> expected)
    {
        var heard = all.Where(each => !each.IsUpdate).Select(KeyOf).ToHashSet(StringComparer.Ordinal);
        var cells = 0;
        foreach (var key in expected)
        {
            var about = key.Split(' ')[1];
            var recipe = Play.RecipeOf(about.Split("/_history/")[0]);
            if (recipe is null || key.StartsWith(Viewed, StringComparison.Ordinal) || !Reading.MayKnow(Person, about, Twin)
                || !Reading.MayKnow(Person, recipe.About, Twin)) continue;

            // A record that was labelled later takes along what was told of it before; one that was labelled at once is left out.
            var needed = IsLater ? recipe.Others.Append("Patient/p1") : recipe.Essential;
            if (!needed.All(part => Reading.MayKnow(Person, part, Twin))) continue;
            Assert.True(heard.Contains(key), $"{where}: {Person} is not told {key}");
            cells++;
        }

        return cells;
    }

    private static string NameOf(Heard heard) => EventCatalogue.BySocketName.GetValueOrDefault(heard.Name)?.Name ?? heard.Name;

    private static string AboutOf(Heard heard) =>
        (heard.Data.TryGetProperty("details", out var details) ? details : heard.Data).GetProperty("resource").GetString()!;

    [GeneratedRegex("canary-(?<id>[a-z0-9-]+?)-(?=[^a-z0-9-]|$)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Canaries();
}
