using System.Globalization;

namespace Vagus.Visibility.Tests.Matrix;

/// <summary>Writes the records of all recipes as a variant wants them.</summary>
internal sealed class Script(Person boss, Variant variant)
{
    private static readonly Recipe Common = new("common", [[Records.Patient("p1")]]);
    private static readonly string[] Before = [Records.Patient("p1"), Records.Patient("p2"), Records.Practitioner("dr")];

    private Dictionary<string, int>? played;

    /// <summary>How many versions there are of each record.</summary>
    public SortedDictionary<string, int> Versions { get; } = new(StringComparer.Ordinal);

    public async Task Prepare() => await Put(Common, Before, labelled: !variant.Later);

    public async Task Write(bool labelled)
    {
        foreach (var recipe in Recipe.All)
        {
            foreach (var step in recipe.Steps) await Put(recipe, step, labelled);
        }
    }

    /// <summary>True for a version that was written after all recipes had been played.</summary>
    public bool IsLater(string version)
    {
        var parts = version.Split("/_history/");
        return played is { } known && known.TryGetValue(parts[0], out var last) && int.Parse(parts[1], CultureInfo.InvariantCulture) > last;
    }

    /// <summary>Writes anew what the variant changes.</summary>
    public async Task Narrow()
    {
        played = new(Versions, StringComparer.Ordinal);
        foreach (var recipe in Recipe.All.Append(Common))
        {
            foreach (var resource in recipe.Steps.SelectMany(step => step).GroupBy(Recipe.ReferenceOf).Select(versions => versions.Last()))
            {
                // A signature is never changed.
                if (resource.Contains("\"Provenance\"", StringComparison.Ordinal)) continue;
                if (variant.Change(recipe, Recipe.ReferenceOf(resource), resource) != resource)
                    await Put(recipe, [resource], labelled: true);
            }
        }
    }

    public Recipe? RecipeOf(string reference) =>
        Recipe.All.FirstOrDefault(recipe => recipe.About == reference || recipe.Others.Contains(reference));

    private async Task Put(Recipe recipe, string[] resources, bool labelled)
    {
        await boss.Write(
            resources.Select(resource => labelled ? variant.Change(recipe, Recipe.ReferenceOf(resource), resource) : resource));
        foreach (var resource in resources)
        {
            var reference = Recipe.ReferenceOf(resource);
            Versions[reference] = Versions.GetValueOrDefault(reference) + 1;
        }
    }
}
