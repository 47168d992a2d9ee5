using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Vagus.Access.Vault;
using Vagus.Kernel;

namespace Vagus.Fhir.Reading;

/// <summary>
/// Where a page ended, as its link to the next one says it: the place, signed for the tenant and the request that it belongs to. What a
/// caller may see is asked anew on each page; the signature keeps a cursor to the request that it was made for.
/// </summary>
internal sealed class PageCursors(RootKey root)
{
    public const string Parameter = "_cursor";
    public static readonly Refusal Damaged = new(RefusalKind.Invalid, "invalid", "The link to this page is damaged.");
    private const int SignatureBytes = 16;

    /// <param name="tenant">Whose page.</param>
    /// <param name="request">What was asked for, without its place.</param>
    /// <param name="place">Where the page ended.</param>
    public string Sign(TenantId tenant, string request, string place) => $"{place}.{SignatureOf(tenant, request, place)}";

    /// <summary>The place; a refusal where it was made for another request.</summary>
    public Result<string> Read(TenantId tenant, string request, string cursor)
    {
        var dot = cursor.LastIndexOf('.');
        if (dot <= 0) return Damaged;
        var place = cursor[..dot];
        return CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(SignatureOf(tenant, request, place)), Encoding.UTF8.GetBytes(cursor[(dot + 1)..])) ? place : Damaged;
    }

    public Result<long> ReadPosition(TenantId tenant, string request, string cursor)
    {
        var place = Read(tenant, request, cursor);
        if (place.Refusal is { } damaged) return damaged;
        return long.TryParse(place.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var position) ? position : Damaged;
    }

    private string SignatureOf(TenantId tenant, string request, string place) => Convert.ToHexStringLower(
        HMACSHA256.HashData(root.Derive($"fhir/cursor/{tenant.Value}"), Encoding.UTF8.GetBytes($"{request}\n{place}"))
            .AsSpan(0, SignatureBytes));
}
