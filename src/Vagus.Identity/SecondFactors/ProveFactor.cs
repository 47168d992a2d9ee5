using System.Text.Json;
using Fido2NetLib;
using Vagus.Access.Vault;
using Vagus.Identity.Mail;
using Vagus.Identity.Sessions;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.SecondFactors;

/// <summary>What a client shows of a second factor: one of the three.</summary>
internal sealed record ShownFactor(string? Code, string? RecoveryCode, JsonElement? Passkey);

/// <summary>How it went. <c>Methods</c> is null unless it was right. A value, not a refusal: a wrong code must be counted.</summary>
internal sealed record FactorProof(string? Methods, Refusal? Refusal)
{
    public static FactorProof Right(string methods) => new(methods, null);

    public static FactorProof Wrong(Refusal refusal) => new(null, refusal);
}

/// <summary>Checks a second factor: in two steps, because a passkey's signature is checked before the write begins.</summary>
internal sealed class ProveFactor(Database database, Passkeys passkeys, RecoveryCodes recovery, TellUser tell, RootKey root)
{
    /// <summary>Null when the passkey did not sign what this challenge asked of this user.</summary>
    public async ValueTask<UsedPasskey?> Verify(Challenge challenge, JsonElement answer, CancellationToken cancel)
    {
        if (challenge.State is not { } asked) return null;
        var factors = await FactorRow.Of(database, challenge.Tenant, challenge.User, cancel);
        return await passkeys.Verify(AssertionOptions.FromJson(asked), challenge, factors, answer, cancel);
    }

    public async ValueTask<FactorProof> Prove(
        WriteTransaction write, UserId user, ShownFactor shown, UsedPasskey? passkey, CancellationToken cancel)
    {
        if (shown.Passkey is not null)
        {
            return passkey is not null && await Count(write, passkey, cancel)
                ? FactorProof.Right(SignInProof.Passkey) : FactorProof.Wrong(FactorRefusals.WrongFactor);
        }

        if (!await FactorTries.Take(write, user, cancel)) return FactorProof.Wrong(FactorRefusals.TooManyCodes);
        var methods = shown.Code is { } code ? await Code(write, user, code, cancel) : await Recovery(write, user, shown, cancel);
        if (methods is null) return FactorProof.Wrong(FactorRefusals.WrongFactor);

        await FactorTries.GiveBack(write, user, cancel);
        return FactorProof.Right(methods);
    }

    private async ValueTask<string?> Code(WriteTransaction write, UserId user, string code, CancellationToken cancel)
    {
        foreach (var factor in await FactorRow.Of(write, user, cancel))
        {
            if (factor.Confirmed && await OneTimeCodes.Spend(write, root, user, factor, code, cancel)) return SignInProof.OneTimeCode;
        }

        return null;
    }

    private async ValueTask<string?> Recovery(WriteTransaction write, UserId user, ShownFactor shown, CancellationToken cancel)
    {
        if (shown.RecoveryCode is not { } code || !await recovery.Spend(write, user, code, cancel)) return null;
        await tell.Tell(write, user, MailKind.RecoveryCodeUsed, cancel);
        return SignInProof.RecoveryCode;
    }

    // Conditional: two assertions made with the same counter cannot both count.
    private static async ValueTask<bool> Count(WriteTransaction write, UsedPasskey used, CancellationToken cancel) =>
        await write.Execute(
            CountUse,
            [(long)used.CountAfter, write.At.ToMicroseconds(), write.Tenant.Value, used.Factor, (long)used.CountBefore],
            cancel) == 1;

    private static readonly Statement CountUse = new("""
        update access_factor
        set sign_count = @sign_count, last_used_at = @last_used_at
        where tenant_id = @tenant_id
          and factor_id = @factor_id
          and sign_count = @count_before
        """);
}
