using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Vagus.Fhir.Store.Index;

/// <summary>As <see cref="IndexKey"/>, for rows with several texts, which must fit into one row of PostgreSQL's index together.</summary>
internal static class ShortKey
{
    private const int LongestBytes = 400;

    [return: NotNullIfNotNull(nameof(text))]
    public static string? Of(string? text)
    {
        if (text is null || text.Length <= LongestBytes / 3 || Encoding.UTF8.GetByteCount(text) <= LongestBytes) return text;
        return $"sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";
    }
}
