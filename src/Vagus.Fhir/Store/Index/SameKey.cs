namespace Vagus.Fhir.Store.Index;

/// <summary>Keys of index rows are the same when their columns are.</summary>
internal sealed class SameKey : IEqualityComparer<object[]>
{
    public static readonly SameKey Instance = new();

    public bool Equals(object[]? x, object[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode(object[] obj)
    {
        var hash = default(HashCode);
        foreach (var value in obj) hash.Add(value);
        return hash.ToHashCode();
    }
}
