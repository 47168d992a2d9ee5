namespace Vagus.Fhir.R4.Indexing;

/// <summary>Values of one kind in their order. Few are looked through; many are looked up, or a long list would cost its square.</summary>
internal sealed class DistinctValues<T>
    where T : IEquatable<T>
{
    private const int Few = 64;
    private List<T>? values;
    private HashSet<T>? known;

    public DistinctValues()
    {
    }

    public DistinctValues(int capacity) => values = new List<T>(capacity);

    public IReadOnlyList<T> All => values ?? [];

    public bool Has(T value) => known?.Contains(value) ?? values?.Contains(value) ?? false;

    public void Add(T value)
    {
        (values ??= []).Add(value);
        if (known is not null) known.Add(value);
        else if (values.Count > Few) known = [.. values];
    }
}
