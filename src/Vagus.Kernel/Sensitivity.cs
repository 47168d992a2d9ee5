namespace Vagus.Kernel;

/// <summary>
/// Categories of security labels: those that a record carries, or those that a caller may see. A caller reaches a record when it may see
/// all of the record's. The values are in databases.
/// </summary>
// All has the bits of categories that are not there yet.
#pragma warning disable MA0062
[Flags]
public enum Sensitivity : long
#pragma warning restore MA0062
{
    None = 0,

    /// <summary>v3-Confidentiality R.</summary>
    Restricted = 1 << 0,

    /// <summary>v3-Confidentiality V.</summary>
    VeryRestricted = 1 << 1,

    SubstanceUse = 1 << 2,

    MentalHealth = 1 << 3,

    Hiv = 1 << 4,

    SexualHealth = 1 << 5,

    Violence = 1 << 6,

    Genetics = 1 << 7,

    /// <summary>Who the person is: an employee, a public figure, demographics that are withheld.</summary>
    Person = 1 << 8,

    /// <summary>Every sensitivity code without a category of its own.</summary>
    Other = 1 << 9,

    /// <summary>
    /// A record under 42 CFR Part 2. It is one of <see cref="SubstanceUse"/> too, and the permission for that holds this one.
    /// </summary>
    Part2 = 1 << 10,

    /// <summary>Every category, those of later versions too; also what is known of a record only as labelled.</summary>
    All = long.MaxValue,
}

/// <summary>Sets of categories, and how they are named in requests, settings and commands.</summary>
public static class Sensitivities
{
    // Part2 is not one of them: it is held with SubstanceUse, and never by itself.
    private static readonly Sensitivity[] Named =
    [
        Sensitivity.Restricted, Sensitivity.VeryRestricted, Sensitivity.SubstanceUse, Sensitivity.MentalHealth, Sensitivity.Hiv,
        Sensitivity.SexualHealth, Sensitivity.Violence, Sensitivity.Genetics, Sensitivity.Person, Sensitivity.Other,
    ];

    private static readonly Sensitivity Known = Named.Aggregate(Sensitivity.Part2, (all, each) => all | each);

    public static IReadOnlyList<string> Names { get; } = [.. Named.Select(each => each.ToString())];

    /// <summary>Whether a caller that may see these categories reaches a record that carries those.</summary>
    public static bool Cover(this Sensitivity seen, Sensitivity carried) => (carried & ~seen) == Sensitivity.None;

    public static Sensitivity Without(this Sensitivity seen, Sensitivity taken) => seen & ~taken;

    public static IReadOnlyList<string> NamesOf(Sensitivity set) =>
        [.. Named.Where(each => set.HasFlag(each)).Select(each => each.ToString())];

    /// <summary>Null when one of the names is none. All names together are <see cref="Sensitivity.All"/>.</summary>
    public static Sensitivity? Parse(IEnumerable<string> names)
    {
        var set = Sensitivity.None;
        foreach (var name in names)
        {
            var index = Array.FindIndex(Named, each => string.Equals(each.ToString(), name, StringComparison.OrdinalIgnoreCase));
            if (index < 0) return null;
            set |= Named[index];
        }

        if (set.HasFlag(Sensitivity.SubstanceUse)) set |= Sensitivity.Part2;
        return set == Known ? Sensitivity.All : set;
    }
}
