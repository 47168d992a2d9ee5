using Microsoft.AspNetCore.Http;

namespace Vagus.Access.Policies;

/// <summary>The credential in the <c>Authorization</c> header (RFC 6750 §2.1).</summary>
public static class BearerToken
{
    private const string Scheme = "Bearer ";

    /// <summary>The token of a well-formed bearer header, or null.</summary>
    public static string? Of(IHeaderDictionary headers)
    {
        if (headers.Authorization is not [{ } value]) return null;
        return value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? value[Scheme.Length..].Trim(' ') : null;
    }
}
