using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Vagus.Storage.Sql;

/// <summary>
/// A text as an index compares it for equality. PostgreSQL takes no index row of more than 2,704 bytes, so a long text is kept as its
/// digest; what asks for it is put through the same.
/// </summary>
public static class IndexKey
{
    private const int LongestBytes = 1024;
    private const int LongestBytesOfPart = 400;

    [return: NotNullIfNotNull(nameof(text))]
    public static string? Of(string? text) => Within(text, LongestBytes);

    /// <summary>For an index with several texts, which must fit into one row of it together.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static string? OfPart(string? text) => Within(text, LongestBytesOfPart);

    [return: NotNullIfNotNull(nameof(text))]
    private static string? Within(string? text, int bytes)
    {
        // At most three bytes of UTF-8 stand for a char.
        if (text is null || text.Length <= bytes / 3 || Encoding.UTF8.GetByteCount(text) <= bytes) return text;
        return $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";
    }
}
