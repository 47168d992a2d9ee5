using Vagus.Access.Outgoing;

namespace Vagus.Identity.Providers;

/// <summary>Another issuer whose access tokens are taken. Its tenant is set here: nothing in a token chooses one.</summary>
public sealed record OpenIdProvider
{
    /// <summary>The exact <c>iss</c> of its tokens; its keys are found below it (OpenID Connect Discovery).</summary>
    public required string Issuer { get; init; }

    /// <summary>The <c>aud</c> that its access tokens for this installation name; not a client's id, which ID tokens name.</summary>
    public required string Audience { get; init; }

    public required string Tenant { get; init; }

    /// <summary>The <c>typ</c> of its access tokens. RFC 9068 says <c>at+jwt</c>; some providers write <c>JWT</c>.</summary>
    public string TokenType { get; init; } = "at+jwt";

    /// <summary>It stands in the own network, so private addresses may be asked.</summary>
    public bool PrivateNetwork { get; init; }

    /// <summary>Why it cannot be used; null when it can.</summary>
    internal string? Fault()
    {
        if (!Uri.TryCreate(Issuer, UriKind.Absolute, out var url) || url.Query.Length > 0 || url.Fragment.Length > 0)
            return "Issuer must be an address without query.";
        if (url.Scheme != Uri.UriSchemeHttps && !(PrivateNetwork && url.IsLoopback)) return "Issuer must be https.";
        // A name is looked up, and its addresses are checked, with each request (GuardedHttp).
        if (!GuardedHttp.MayLead(url, PrivateNetwork)) return "Issuer is an address of the own network: say so by PrivateNetwork.";
        if (Audience.Length is 0 or > 200) return "Audience must be a name of at most 200 characters.";
        if (TokenType is not ("at+jwt" or "JWT")) return "TokenType must be at+jwt or JWT.";
        return Access.Tenants.ChosenId.IsValid(Tenant) ? null : "Tenant must be the id of a tenant.";
    }
}
