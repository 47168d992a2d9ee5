using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Vagus.Access.Vault;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Search.Request;

/// <summary>
/// Where a page ended, as a link carries it: sealed, since sort keys are content and links are written into logs, and good for the caller
/// and the search that it was made for only.
/// </summary>
internal sealed class PageCursors(RootKey root)
{
    private const string Purpose = "fhir/page";
    private const int Longest = 8 * 1024;

    public string Seal(FhirCall call, string scope, PageEnd end) =>
        Base64Url.EncodeToString(root.Wrap(Purpose, ContextOf(call, scope), JsonSerializer.SerializeToUtf8Bytes(end)));

    public Result<PageEnd> Open(FhirCall call, string scope, string cursor)
    {
        var refusal = FhirRefusals.Invalid("The link to this page is damaged, or was made for another caller or another search.");
        if (cursor.Length > Longest || !Base64Url.IsValid(cursor)) return refusal;
        try
        {
            var opened = root.Unwrap(Purpose, ContextOf(call, scope), Base64Url.DecodeFromChars(cursor));
            return JsonSerializer.Deserialize<PageEnd>(opened) is { } end ? end : refusal;
        }
        catch (CryptographicException)
        {
            return refusal;
        }
    }

    private static string ContextOf(FhirCall call, string scope) =>
        $"{call.Caller.Tenant.Value}/{call.Caller.User.Value}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(scope)))}";
}
