using Vagus.Access.Audit;
using Vagus.Access.Sessions;
using Vagus.Identity.People;
using Vagus.Identity.Sessions;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.SigningIn;

/// <summary>
/// Says which user a provider's subject is. A subject is one user of its tenant; nobody is linked by an e-mail address, which people at
/// the provider may choose. Called by the operator's command line.
/// </summary>
public sealed class LinkUser
{
    private const int MaxText = 255;
    private readonly GroupCommit commit;
    private readonly IdentityOptions options;
    private readonly SessionAuthentication sessions;
    private readonly AuditSeal seal;

    internal LinkUser(GroupCommit commit, IdentityOptions options, SessionAuthentication sessions, AuditSeal seal) =>
        (this.commit, this.options, this.sessions, this.seal) = (commit, options, sessions, seal);

    public async ValueTask<Result<UserId>> Link(TenantId tenant, UserId user, string issuer, string subject, CancellationToken cancel)
    {
        if (subject.Length is 0 or > MaxText || subject.Any(char.IsControl)) return BadSubject;
        if (!options.Providers.Any(provider => provider.Issuer == issuer && provider.Tenant == tenant.Value)) return NoProvider;

        return await commit.Write<UserId>(
            tenant,
            async (write, token) =>
            {
                var values = new object?[] { issuer, subject, write.At.ToMicroseconds(), tenant.Value, user.Value };
                if (await write.Execute(Insert, values, token) == 1)
                {
                    AuditTrail.Add(write, EntryOf(tenant, user, "linked", issuer, subject));
                    return user;
                }

                return await write.QueryOne(FindUser, [tenant.Value, user.Value], row => row.GetString(0), token) is null ? NoUser : Taken;
            },
            cancel);
    }

    /// <summary>Ends the link and the user's sessions: which of them came by it is not asked.</summary>
    public async ValueTask<Result<UserId>> Unlink(TenantId tenant, UserId user, string issuer, string subject, CancellationToken cancel)
    {
        var outcome = await commit.Write<List<SessionEnd>>(
            tenant,
            async (write, token) =>
            {
                if (await write.Execute(Delete, [tenant.Value, issuer, subject, user.Value], token) == 0) return NoLink;
                AuditTrail.Add(write, EntryOf(tenant, user, "unlinked", issuer, subject));
                return await EndSessions.OfUser(
                    write, AuditActor.Operator, user, EndReason.EndedByOperator, keepNewest: 0, except: null, token);
            },
            cancel);
        if (outcome.Refusal is { } refusal) return refusal;

        sessions.Announce(outcome.Value);
        return user;
    }

    // The subject is the provider's name for a person: hashed, so that two entries can be told to be of the same one.
    private AuditEntry EntryOf(TenantId tenant, UserId user, string change, string issuer, string subject) => AccountEntries.Of(
        AuditActor.Operator, AuditActions.LinkUser, user, $"{change}={issuer},identifier={seal.Identifier(tenant, subject)}");

    private static readonly Refusal BadSubject = new(
        RefusalKind.Unprocessable, "invalid_subject", $"A subject has 1 to {MaxText} characters.");

    private static readonly Refusal NoProvider = new(
        RefusalKind.NotFound, "provider_not_found", "The settings name no such issuer for this tenant.");

    private static readonly Refusal NoUser = new(RefusalKind.NotFound, "user_not_found", "The tenant has no such user.");

    private static readonly Refusal Taken = new(RefusalKind.Conflict, "subject_linked", "This subject is linked to a user already.");

    private static readonly Refusal NoLink = new(RefusalKind.NotFound, "link_not_found", "The user is not linked to this subject.");

    private static readonly Statement Insert = new("""
        insert into access_link (tenant_id, issuer, subject, user_id, linked_at)
        select tenant_id, @issuer, @subject, user_id, @linked_at
        from access_user
        where tenant_id = @tenant_id
          and user_id = @user_id
        on conflict do nothing
        """);

    private static readonly Statement FindUser = new("""
        select user_id
        from access_user
        where tenant_id = @tenant_id
          and user_id = @user_id
        """);

    private static readonly Statement Delete = new("""
        delete from access_link
        where tenant_id = @tenant_id
          and issuer = @issuer
          and subject = @subject
          and user_id = @user_id
        """);
}
