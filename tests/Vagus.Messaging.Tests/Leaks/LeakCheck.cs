namespace Vagus.Messaging.Tests.Leaks;

/// <summary>
/// Compares what each person is told with what it may read: that is found, so the way is known to show it, and of everything else there is
/// not a word or an id.
/// </summary>
internal sealed class LeakCheck(LeakScene scene)
{
    private readonly List<string> findings = [];
    private int found;
    private int hidden;

    public async Task Ask(Way way)
    {
        foreach (var (name, person) in scene.People) Compare(way, name, person, await way.Tell(scene, person));
    }

    public void Passes(int moreFound, int moreHidden)
    {
        Assert.True(findings.Count == 0, string.Join('\n', findings));
        Assert.True(found > moreFound && hidden > moreHidden, $"{found} were to be found, {hidden} to be hidden.");
    }

    private void Compare(Way way, string name, Person person, string told)
    {
        foreach (var secret in scene.Secrets)
        {
            var may = secret.Readers.Contains(person);
            if (may && way.IsOpenTo(person) && way.Canary(secret) is { } canary)
            {
                found++;
                if (!told.Contains(canary, StringComparison.OrdinalIgnoreCase))
                    findings.Add($"{way.Name}: {name} does not find the {secret.Kind} that it may read.");
            }

            foreach (var mark in Hidden(way, secret, may))
            {
                hidden++;
                if (told.Contains(mark, StringComparison.OrdinalIgnoreCase))
                    findings.Add($"{way.Name}: {name} is told of a {secret.Kind} that it may not read there: {mark}.");
            }
        }
    }

    /// <summary>Words are shown by ways that have a place for them only: no export has a note.</summary>
    private static IEnumerable<string> Hidden(Way way, Secret secret, bool may)
    {
        if (!may || way.IsWordless || way.Canary(secret) is null) yield return secret.Word;
        if (way.IsBlank || (!may && secret.Kind is not Kind.Retracted))
        {
            if (secret.Id.Length > 0) yield return secret.Id;
        }

        if (way.IsBlank || (!may && secret.Kind is Kind.Message or Kind.Direct or Kind.Staff)) yield return secret.Thread;
    }
}
