using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Vagus.Access.Vault;
using Vagus.Kernel;

namespace Vagus.Fhir.Store;

/// <summary>
/// Where a page ended, as a link carries it: sealed, since sort keys are content and links are written into logs, and good for the caller
/// and the request that it was made for only.
/// </summary>
internal sealed class PageCursors(RootKey root)
{
    public const string Parameter = "_cursor";
    private const string Purpose = "fhir/page";
    private const int Longest = 8 * 1024;

    // Sealed text is in no page of HTML: letters are written as such, and not as six characters each.
    private static readonly JsonSerializerOptions Written = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="call">Whose page.</param>
    /// <param name="request">What was asked for, without its place.</param>
    /// <param name="end">Where the page ended.</param>
    public string Seal<T>(FhirCall call, string request, T end)
        where T : notnull =>
        Base64Url.EncodeToString(root.Wrap(Purpose, ContextOf(call, request), JsonSerializer.SerializeToUtf8Bytes(end, Written)));

    public Result<T> Open<T>(FhirCall call, string request, string cursor)
        where T : notnull
    {
        var refusal = FhirRefusals.Invalid("The link to this page is damaged, or was made for another caller or another request.");
        if (cursor.Length > Longest || !Base64Url.IsValid(cursor)) return refusal;
        try
        {
            var opened = root.Unwrap(Purpose, ContextOf(call, request), Base64Url.DecodeFromChars(cursor));
            return JsonSerializer.Deserialize<T>(opened) is { } end ? end : refusal;
        }
        catch (CryptographicException)
        {
            return refusal;
        }
    }

    private static string ContextOf(FhirCall call, string request) =>
        $"{call.Caller.Tenant.Value}/{call.Caller.User.Value}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(request)))}";
}
