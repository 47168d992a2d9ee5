using System.Security.Cryptography;
using Vagus.Access.Audit;
using Vagus.Access.Vault;
using Vagus.Identity.Mail;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.SecondFactors;

/// <summary>What an authenticator app is set up with; shown once.</summary>
internal sealed record TotpOffer(string Id, string Secret, string Uri);

/// <summary>
/// An authenticator app in two steps: a seed, then a code that shows that the app has it. A seed without a code is no factor, and the next
/// one takes its place. The first factor of a user comes with recovery codes.
/// </summary>
internal sealed class EnrolTotp(RecoveryCodes recovery, TellUser tell, RootKey root, IdSource ids)
{
    public async ValueTask<Result<TotpOffer>> Offer(WriteTransaction write, FactorUser of, string name, CancellationToken cancel)
    {
        var user = of.User.User;
        await write.Execute(DeleteUnconfirmed, [write.Tenant.Value, user.Value], cancel);
        if ((await FactorRow.Of(write, user, cancel)).Count >= FactorRow.MaxPerUser) return FactorRefusals.TooMany;

        var id = ids.NewId();
        var seed = RandomNumberGenerator.GetBytes(OneTimeCodes.SeedBytes);
        write.Insert(
            Rows,
            write.Tenant.Value,
            id,
            user.Value,
            FactorRow.NameOf(FactorKind.Totp),
            name,
            write.At.ToMicroseconds(),
            OneTimeCodes.Seal(root, write.Tenant, user, id, seed));
        return new TotpOffer(id, OneTimeCodes.TextOf(seed), OneTimeCodes.UriOf(seed, of.Organization, of.User.Email));
    }

    /// <summary>A value also for a wrong code, which must be counted.</summary>
    public async ValueTask<Result<Enrolment>> Confirm(
        WriteTransaction write, AuditActor by, UserId user, (string Id, string Code) shown, CancellationToken cancel)
    {
        var (id, code) = shown;
        var factors = await FactorRow.Of(write, user, cancel);
        var factor = factors.FirstOrDefault(one => one.Id == id && one.Kind == FactorKind.Totp && !one.Confirmed);
        if (factor is null) return FactorRefusals.NotFound;

        if (!await FactorTries.Take(write, user, cancel)) return new Enrolment(id, [], FactorRefusals.TooManyCodes);
        if (!await OneTimeCodes.Spend(write, root, user, factor, code, cancel)) return new Enrolment(id, [], FactorRefusals.WrongFactor);

        await FactorTries.GiveBack(write, user, cancel);
        await write.Execute(ConfirmOne, [write.At.ToMicroseconds(), write.Tenant.Value, id], cancel);
        return new Enrolment(id, await Note(write, new NewFactor(by, user, id, FactorKind.Totp), factors, cancel), null);
    }

    /// <summary>
    /// Records a factor that counts from now on and tells the user by mail. Answers recovery codes with the first factor and none with a
    /// further one: the codes that there are stay.
    /// </summary>
    public async ValueTask<IReadOnlyList<string>> Note(
        WriteTransaction write, NewFactor made, IReadOnlyList<FactorRow> before, CancellationToken cancel)
    {
        AuditTrail.Add(write, FactorEntries.Enrolled(made.By, made.User, made.Id, made.Kind));
        var mail = made.Kind == FactorKind.Passkey ? MailKind.PasskeyAdded : MailKind.AuthenticatorAdded;
        await tell.Tell(write, made.User, mail, cancel);
        return before.Any(factor => factor.Confirmed) ? [] : await recovery.Renew(write, made.User, cancel);
    }

    private static readonly InsertInto Rows = new(
        "access_factor",
        ("tenant_id", ColumnType.Text),
        ("factor_id", ColumnType.Text),
        ("user_id", ColumnType.Text),
        ("kind", ColumnType.Text),
        ("name", ColumnType.Text),
        ("created_at", ColumnType.BigInt),
        ("seed", ColumnType.Bytes));

    private static readonly Statement DeleteUnconfirmed = new("""
        delete from access_factor
        where tenant_id = @tenant_id
          and user_id = @user_id
          and confirmed_at is null
        """);

    private static readonly Statement ConfirmOne = new("""
        update access_factor
        set confirmed_at = @confirmed_at
        where tenant_id = @tenant_id
          and factor_id = @factor_id
          and confirmed_at is null
        """);
}

internal sealed record NewFactor(AuditActor By, UserId User, string Id, FactorKind Kind);

/// <summary>A factor that was enrolled, with recovery codes where it is the user's first, or why the code was not taken.</summary>
internal sealed record Enrolment(string Id, IReadOnlyList<string> RecoveryCodes, Refusal? Refusal);
