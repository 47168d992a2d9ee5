namespace Vagus.Access.Sessions;

/// <summary>Where applications get tokens: absolute addresses, from the configuration and never from a request.</summary>
/// <param name="Issuer">The public address of the installation.</param>
public sealed record OAuthAddresses(string Issuer)
{
    private readonly string root = Issuer.TrimEnd('/');

    /// <summary>The base of the FHIR API: the <c>aud</c> of a launch.</summary>
    public string Fhir => $"{root}/fhir";

    public string Authorize => $"{root}/oauth/authorize";

    public string Token => $"{root}/oauth/token";

    public string Introspect => $"{root}/oauth/introspect";

    public string Revoke => $"{root}/oauth/revoke";

    public string Keys => $"{root}/.well-known/jwks.json";
}
