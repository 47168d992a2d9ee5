namespace Vagus.Access.Authorization;

/// <summary>A set of FHIR resource types: named ones, or all but named ones.</summary>
public sealed record ResourceTypes
{
    private readonly HashSet<string> names;

    private ResourceTypes(bool allExcept, IEnumerable<string> names)
    {
        AllExcept = allExcept;
        this.names = names.ToHashSet(StringComparer.Ordinal);
    }

    public static ResourceTypes None { get; } = new(allExcept: false, []);

    public static ResourceTypes All { get; } = new(allExcept: true, []);

    /// <summary>True: everything but <see cref="Names"/>. False: only <see cref="Names"/>.</summary>
    public bool AllExcept { get; }

    public IReadOnlySet<string> Names => names;

    public static ResourceTypes Only(params string[] names) => new(allExcept: false, names);

    public static ResourceTypes AllBut(params IEnumerable<string> names) => new(allExcept: true, names);

    public bool IsEmpty => !AllExcept && names.Count == 0;

    public bool Contains(string type) => names.Contains(type) != AllExcept;

    /// <summary>The types that are in this set and not in the other.</summary>
    public ResourceTypes Without(ResourceTypes other) => And(new ResourceTypes(!other.AllExcept, other.names));

    /// <summary>The types that are in one of the sets.</summary>
    public ResourceTypes Or(ResourceTypes other)
    {
        var neither = new ResourceTypes(!AllExcept, names).And(new ResourceTypes(!other.AllExcept, other.names));
        return new ResourceTypes(!neither.AllExcept, neither.names);
    }

    /// <summary>The types that are in both sets.</summary>
    public ResourceTypes And(ResourceTypes other) => (AllExcept, other.AllExcept) switch
    {
        (true, true) => AllBut(names.Union(other.names, StringComparer.Ordinal)),
        (true, false) => new ResourceTypes(allExcept: false, other.names.Where(Contains)),
        _ => new ResourceTypes(allExcept: false, names.Where(other.Contains)),
    };
}
