using Vagus.Identity.Keys;

namespace Vagus.Identity.Tokens;

/// <summary>An issuer whose access tokens we take: its exact name, the audience it must name, and its keys by id.</summary>
internal sealed record TrustedIssuer(string Issuer, string Audience, Func<string, VerificationKey?> KeyOf);
