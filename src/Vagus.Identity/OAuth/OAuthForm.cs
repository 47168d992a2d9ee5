using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Vagus.Kernel;

namespace Vagus.Identity.OAuth;

/// <summary>The parameters of a request, each at most once (RFC 6749 §3.1, §3.2).</summary>
internal sealed class OAuthForm
{
    private const int MaxBytes = 32 * 1024;
    private const int MaxParameters = 150;

    // The token endpoint's request without what would let its reader act (IHE ITI-71).
    private static readonly string[] Secrets =
        ["client_assertion", "client_secret", "code", "code_verifier", "refresh_token", "token", "password"];

    private readonly Dictionary<string, string> values;

    private OAuthForm(Dictionary<string, string> values) => this.values = values;

    /// <summary>The parameter, or null where it is absent or empty (RFC 6749 §3.1).</summary>
    public string? this[string name] => values.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    public IEnumerable<string> Names => values.Keys;

    public static async ValueTask<Result<OAuthForm>> Read(HttpRequest request, CancellationToken cancel)
    {
        if (!request.HasFormContentType || request.ContentLength > MaxBytes) return OAuthErrors.InvalidRequest;
        if (request.ContentType!.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase)) return OAuthErrors.InvalidRequest;

        var buffer = new byte[MaxBytes + 1];
        var length = await request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel);
        return length > MaxBytes ? OAuthErrors.InvalidRequest : Of(QueryHelpers.ParseQuery(Encoding.UTF8.GetString(buffer, 0, length)));
    }

    public static Result<OAuthForm> Of(IEnumerable<KeyValuePair<string, StringValues>> given)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in given)
        {
            if (value is not [{ } text] || text.Any(char.IsControl) || values.Count == MaxParameters) return OAuthErrors.InvalidRequest;
            values.Add(name, text);
        }

        return new OAuthForm(values);
    }

    /// <summary>For the audit.</summary>
    public string WithoutSecrets() => string.Join('&', values
        .Where(pair => !Secrets.Contains(pair.Key, StringComparer.Ordinal))
        .Select(pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value)}"));
}
