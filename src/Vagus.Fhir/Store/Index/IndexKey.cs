using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Vagus.Fhir.Store.Index;

/// <summary>
/// A text as an index compares it for equality. PostgreSQL takes no index row of more than 2,704 bytes, so a long text is kept as its
/// digest; what asks for it is put through the same.
/// </summary>
internal static class IndexKey
{
    private const int LongestBytes = 1024;

    [return: NotNullIfNotNull(nameof(text))]
    public static string? Of(string? text)
    {
        // At most three bytes of UTF-8 stand for a char.
        if (text is null || text.Length <= LongestBytes / 3 || Encoding.UTF8.GetByteCount(text) <= LongestBytes) return text;
        return $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";
    }
}
