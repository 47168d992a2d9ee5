using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Fido2NetLib;
using Fido2NetLib.Objects;
using Vagus.Identity.People;
using Vagus.Kernel;

namespace Vagus.Identity.SecondFactors;

/// <summary>A passkey that was registered.</summary>
internal sealed record RegisteredPasskey(string CredentialId, byte[] PublicKey, uint SignCount);

/// <summary>A passkey that signed a challenge: which factor, and its counters before and after.</summary>
internal sealed record UsedPasskey(string Factor, uint CountBefore, uint CountAfter);

/// <summary>
/// WebAuthn Level 2. The relying party and its origins come from the configuration, never from a request; the authenticator must verify
/// its user; attestation is not asked for, so that any authenticator can be used.
/// </summary>
internal sealed class Passkeys
{
    private readonly Fido2 fido;

    public Passkeys(IdentityOptions options) => fido = new Fido2(new Fido2Configuration
    {
        RPID = options.PasskeyDomain,
        RPName = "Vagus",
        Origins = options.PasskeyOrigins.ToHashSet(StringComparer.Ordinal),
        Timeout = (uint)Challenges.Lifetime.TotalMilliseconds,
    });

    public CredentialCreateOptions Offer(UserRow user, IEnumerable<FactorRow> factors) => fido.RequestNewCredential(
        new RequestNewCredentialParams
        {
            User = new Fido2User { Id = HandleOf(user.Tenant, user.User), Name = user.Email, DisplayName = user.DisplayName },
            ExcludeCredentials = DescribeAll(factors),
            AuthenticatorSelection = new AuthenticatorSelection
            {
                ResidentKey = ResidentKeyRequirement.Preferred,
                UserVerification = UserVerificationRequirement.Required,
            },
            AttestationPreference = AttestationConveyancePreference.None,
        });

    /// <summary>Null when what the authenticator answered does not hold.</summary>
    public async ValueTask<RegisteredPasskey?> Register(CredentialCreateOptions offered, JsonElement answer, CancellationToken cancel)
    {
        try
        {
            if (answer.Deserialize<AuthenticatorAttestationRawResponse>() is not { } response) return null;
            var made = await fido.MakeNewCredentialAsync(
                new MakeNewCredentialParams
                {
                    AttestationResponse = response,
                    OriginalOptions = offered,
                    // The database refuses a second one with the same id.
                    IsCredentialIdUniqueToUserCallback = (_, _) => Task.FromResult(true),
                },
                cancel);
            return new RegisteredPasskey(Base64Url.EncodeToString(made.Id), made.PublicKey, made.SignCount);
        }
        catch (Exception cause) when (IsOfTheAnswer(cause))
        {
            return null;
        }
    }

    public AssertionOptions Ask(IEnumerable<FactorRow> factors) => fido.GetAssertionOptions(new GetAssertionOptionsParams
    {
        AllowedCredentials = DescribeAll(factors),
        UserVerification = UserVerificationRequirement.Required,
    });

    /// <summary>Null when no passkey among these factors signed what was asked.</summary>
    public async ValueTask<UsedPasskey?> Verify(
        AssertionOptions asked, Challenge challenge, IReadOnlyList<FactorRow> factors, JsonElement answer, CancellationToken cancel)
    {
        try
        {
            if (answer.Deserialize<AuthenticatorAssertionRawResponse>() is not { RawId: { } id } response) return null;
            var shown = Base64Url.EncodeToString(id);
            var factor = factors.FirstOrDefault(one => one.CredentialId == shown && one.Confirmed);
            if (factor?.PublicKey is not { } key) return null;

            var handle = HandleOf(challenge.Tenant, challenge.User);
            var result = await fido.MakeAssertionAsync(
                new MakeAssertionParams
                {
                    AssertionResponse = response,
                    OriginalOptions = asked,
                    StoredPublicKey = key,
                    StoredSignatureCounter = factor.SignCount,
                    IsUserHandleOwnerOfCredentialIdCallback = (owner, _) =>
                        Task.FromResult(owner.UserHandle.AsSpan().SequenceEqual(handle)),
                },
                cancel);
            return new UsedPasskey(factor.Id, factor.SignCount, result.SignCount);
        }
        catch (Exception cause) when (IsOfTheAnswer(cause))
        {
            return null;
        }
    }

    // What a stranger sends makes the library throw any of these; anything else is a fault of ours and rises.
    private static bool IsOfTheAnswer(Exception cause) => cause is Fido2VerificationException or JsonException or FormatException
        or CryptographicException or ArgumentException or InvalidOperationException or System.Formats.Cbor.CborContentException;

    private static PublicKeyCredentialDescriptor[] DescribeAll(IEnumerable<FactorRow> factors) =>
        [.. factors.Select(factor => factor.CredentialId).OfType<string>()
            .Select(id => new PublicKeyCredentialDescriptor(Base64Url.DecodeFromChars(id)))];

    // Authenticators show it to other sites' programs, so it must say nothing about the person (WebAuthn, 14.6.1).
    private static byte[] HandleOf(TenantId tenant, UserId user) =>
        SHA256.HashData(Encoding.UTF8.GetBytes($"passkey-user/{tenant.Value}/{user.Value}"));
}
