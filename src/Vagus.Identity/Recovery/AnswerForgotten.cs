using Vagus.Access.Audit;
using Vagus.Identity.Doors;
using Vagus.Identity.Mail;
using Vagus.Identity.People;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.Recovery;

/// <summary>
/// Turns wishes for a new password into tokens and mails, where the address is a user's; token and mail are one write. A wish is claimed by
/// moving its due time, so that one process answers it: a second mail would void the link of the first. A process that dies meanwhile
/// leaves it to be answered later.
/// </summary>
internal sealed class AnswerForgotten(Database database, GroupCommit commit, QueueMail mails, IdSource ids, TimeProvider clock)
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Mails to one user within an hour.</summary>
    public const int MaxAnHour = 5;
    private const long Batch = 50;
    private static readonly TimeSpan Claim = TimeSpan.FromMinutes(1);

    // An address without tenant is looked for in so many tenants, as at sign-in.
    private const long MaxUsers = 3;
    private static readonly TenantId Installation = new("");

    public async Task Answer(CancellationToken cancel)
    {
        while (true)
        {
            var wishes = await database.Query(
                Due,
                [clock.GetUtcNow().ToMicroseconds(), Batch],
                row => new Wish(row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt64(3)),
                cancel);
            foreach (var wish in wishes) await Answer(wish, cancel);
            if (wishes.Count < Batch) return;
        }
    }

    private async ValueTask Answer(Wish wish, CancellationToken cancel)
    {
        var claimed = wish with { DueAt = (clock.GetUtcNow() + Claim).ToMicroseconds() };
        if (!await Write(
            async write => await write.Execute(
                Take, [claimed.DueAt, wish.Door, wish.EmailKey, wish.TenantKey, wish.DueAt], cancel) == 1,
            cancel)) return;

        var users = await database.Query(
            FindUsers,
            [wish.EmailKey, wish.Door, wish.TenantKey, MaxUsers],
            row => (Tenant: new TenantId(row.GetString(0)), User: row.GetString(1), Email: row.GetString(2)),
            cancel);
        var later = new HashSet<TenantId>();
        foreach (var user in users)
        {
            var issued = await commit.Write<bool>(
                user.Tenant, async (write, _) => await Issue(write, wish.Door, user.User, user.Email, cancel), cancel);
            if (issued.IsRefused && issued.Refusal?.Code != NotStopped.MovedCode) later.Add(user.Tenant);
        }

        await Write(async write => await End(write, claimed, later, cancel), cancel);
    }

    /// <summary>
    /// Each tenant that takes no writes now is looked at again by a wish of its own when the claim is over: another mail to the users of
    /// the others would end the links that they have got.
    /// </summary>
    private static async ValueTask<bool> End(
        WriteTransaction write, Wish claimed, IReadOnlySet<TenantId> later, CancellationToken cancel)
    {
        object?[] key = [claimed.Door, claimed.EmailKey, claimed.TenantKey, claimed.DueAt];
        // The claimed wish is this tenant's own: it stays and is tried again when the claim ends.
        if (later.Any(tenant => tenant.Value == claimed.TenantKey)) return true;
        if (await write.Execute(Remove, key, cancel) != 1) return false;
        foreach (var tenant in later)
            await write.Execute(ForgotPassword.Keep, [claimed.Door, claimed.EmailKey, tenant.Value, claimed.DueAt], cancel);
        return true;
    }

    /// <summary>False where the user has had enough mails.</summary>
    private async ValueTask<bool> Issue(WriteTransaction write, string door, string user, string email, CancellationToken cancel)
    {
        var hourAgo = write.At - TimeSpan.FromHours(1);
        if (await OneTimeTokens.CountSince(write, TokenPurpose.Reset, user, hourAgo, cancel) >= MaxAnHour) return false;

        var secret = ids.NewSecret();
        var expires = await OneTimeTokens.Issue(write, new NewToken(TokenPurpose.Reset, user, email, ByMail: true), secret, cancel);
        AuditTrail.Add(write, AccountEntries.Of(AuditActor.Server, AuditActions.ForgotPassword, new UserId(user)));
        mails.Add(write, door == UserRow.NameOf(Door.Patient) ? MailKind.PatientReset : MailKind.StaffReset, email, (secret, expires));
        return true;
    }

    private async ValueTask<bool> Write(Func<WriteTransaction, ValueTask<bool>> work, CancellationToken cancel)
    {
        var outcome = await commit.Write<bool>(Installation, async (write, _) => await work(write), cancel);
        return outcome.Refusal is { } refusal
            ? throw new InvalidOperationException($"A forgotten password: {refusal.Code}.") : outcome.Value;
    }

    private sealed record Wish(string Door, string EmailKey, string TenantKey, long DueAt);

    private static readonly Statement Due = new("""
        select door, email_key, tenant_key, due_at
        from access_forgotten
        where due_at <= @now
        order by due_at
        limit @limit
        """);

    private static readonly Statement Take = new("""
        update access_forgotten
        set due_at = @claimed
        where door = @door
          and email_key = @email_key
          and tenant_key = @tenant_key
          and due_at = @due_at
        """);

    // An address that was never proven gets no key to the account. Services have no password to forget.
    private static readonly Statement FindUsers = new("""
        select tenant_id, user_id, email
        from access_user
        where email_key = @email_key
          and door = @door
          and (@tenant_key = '' or tenant_id = @tenant_key)
          and not disabled
          and role <> 'service'
          and email_verified_at is not null
        order by tenant_id
        limit @limit
        """);

    private static readonly Statement Remove = new("""
        delete from access_forgotten
        where door = @door
          and email_key = @email_key
          and tenant_key = @tenant_key
          and due_at = @due_at
        """);
}
