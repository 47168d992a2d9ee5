namespace Vagus.Fhir.Search.Sql;

/// <summary>
/// Texts in the order of their code points, as both engines have them (UTF-8, byte by byte). In UTF-16 the letters beyond U+FFFF come
/// before those from U+E000 on.
/// </summary>
internal sealed class CodePointOrder : IComparer<string>
{
    public static readonly CodePointOrder Instance = new();

    public int Compare(string? x, string? y)
    {
        if (x is null || y is null) return (x is null ? 0 : 1) - (y is null ? 0 : 1);
        var same = x.AsSpan().CommonPrefixLength(y);
        if (same == x.Length || same == y.Length) return x.Length - y.Length;
        var (one, other) = (x[same], y[same]);
        // The halves of a pair are of a letter beyond all that stand by themselves.
        if (char.IsSurrogate(one) != char.IsSurrogate(other)) return char.IsSurrogate(one) ? 1 : -1;
        return one - other;
    }
}
