using OtpNet;
using Vagus.Access.Vault;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.SecondFactors;

/// <summary>
/// Codes of an authenticator app (RFC 6238: SHA-1, six digits, 30 s; what every app can). A clock may be one step off. The step of an
/// accepted code is stored, and neither it nor an earlier one is accepted again.
/// </summary>
internal static class OneTimeCodes
{
    public const int SeedBytes = 20;
    internal const string Purpose = "totp-seed";
    private const int Digits = 6;

    public static byte[] Seal(RootKey root, TenantId tenant, UserId user, string factor, byte[] seed) =>
        root.Wrap(Purpose, ContextOf(tenant, user, factor), seed);

    public static string TextOf(byte[] seed) => Base32Encoding.ToString(seed);

    /// <summary>What an authenticator app reads from a QR code. The account is the e-mail; the issuer is the organization.</summary>
    public static string UriOf(byte[] seed, string organization, string email) =>
        new OtpUri(OtpType.Totp, seed, email, organization).ToUri().AbsoluteUri;

    /// <summary>Whether the code is right and newer than the last one; then it is spent with this write.</summary>
    public static async ValueTask<bool> Spend(
        WriteTransaction write, RootKey root, UserId user, FactorRow factor, string code, CancellationToken cancel)
    {
        if (factor.Seed is null || code.Length != Digits || !code.All(char.IsAsciiDigit)) return false;

        var seed = root.Unwrap(Purpose, ContextOf(write.Tenant, user, factor.Id), factor.Seed);
        if (!new Totp(seed).VerifyTotp(write.At.UtcDateTime, code, out var step, new VerificationWindow(previous: 1, future: 1)))
            return false;

        return await write.Execute(TakeStep, [step, write.At.ToMicroseconds(), write.Tenant.Value, factor.Id], cancel) == 1;
    }

    private static string ContextOf(TenantId tenant, UserId user, string factor) => $"{tenant.Value}/{user.Value}/{factor}";

    private static readonly Statement TakeStep = new("""
        update access_factor
        set last_step = @last_step, last_used_at = @last_used_at
        where tenant_id = @tenant_id
          and factor_id = @factor_id
          and (last_step is null or last_step < @last_step)
        """);
}
