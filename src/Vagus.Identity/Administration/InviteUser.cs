using Vagus.Access.Audit;
using Vagus.Identity.Mail;
using Vagus.Identity.People;
using Vagus.Identity.Recovery;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.Administration;

/// <summary>A member of staff who was invited.</summary>
public sealed record InvitedUser(UserId User, Invitation Invitation);

/// <summary>
/// A new member of staff, who chooses the password by the link of a mail or with a code on paper. User, token and mail are one write; until
/// then the account has a password that was told to no person.
/// </summary>
public sealed class InviteUser
{
    private readonly GroupCommit commit;
    private readonly QueueMail mails;
    private readonly IdSource ids;

    internal InviteUser(GroupCommit commit, QueueMail mails, IdSource ids) =>
        (this.commit, this.mails, this.ids) = (commit, mails, ids);

    /// <summary>Whether a role is given by invitation: those of people who sign in at the staff's door.</summary>
    internal static bool IsInvited(Role role) => role is not (Role.Patient or Role.Service);

    public async ValueTask<Result<InvitedUser>> Invite(AuditActor by, NewUser user, bool byMail, CancellationToken cancel)
    {
        if (!IsInvited(user.Role)) return BadRole;
        if (AddUser.Check(user with { Password = null }) is { } refusal) return refusal;

        var id = user.Id ?? ids.NewId();
        return await commit.Write<InvitedUser>(
            user.Tenant,
            async (write, token) =>
            {
                if (await AddUser.Store(write, user, id, UserRow.NoPassword, token) is { } taken) return taken;
                AuditTrail.Add(write, AddUser.EntryOf(by, user, new UserId(id)));
                return new InvitedUser(new UserId(id), await Issue(write, by, id, user.Email.Trim(), byMail, token));
            },
            cancel);
    }

    /// <summary>
    /// Once more, by mail to the user's own address: on paper it would be a key to an account that somebody uses.
    /// </summary>
    public ValueTask<Result<Invitation>> InviteAgain(AuditActor by, TenantId tenant, UserId user, CancellationToken cancel) =>
        commit.Write<Invitation>(
            tenant,
            async (write, token) =>
            {
                var email = await write.QueryOne(FindEmail, [write.Tenant.Value, user.Value], row => row.GetString(0), token);
                return email is null ? Refusals.UserNotFound : await Issue(write, by, user.Value, email, byMail: true, token);
            },
            cancel);

    private async ValueTask<Invitation> Issue(
        WriteTransaction write, AuditActor by, string user, string email, bool byMail, CancellationToken cancel)
    {
        var secret = ids.NewSecret();
        var expires = await OneTimeTokens.Issue(
            write, new NewToken(TokenPurpose.StaffInvitation, user, email, byMail), secret, cancel);
        AuditTrail.Add(write, AccountEntries.Of(by, AuditActions.InviteUser, new UserId(user), byMail ? "by=mail" : "by=code"));
        if (byMail) mails.Add(write, MailKind.StaffInvitation, email, (secret, expires));
        return new Invitation(expires, byMail ? null : secret);
    }

    internal static readonly Refusal BadRole = new(
        RefusalKind.Unprocessable, "invalid_role",
        "Staff have another role: patients are invited to the portal, and services are added as service accounts.");

    private static readonly Statement FindEmail = new("""
        select email
        from access_user
        where tenant_id = @tenant_id
          and user_id = @user_id
          and door = 'staff'
          and role <> 'service'
          and not disabled
        """);
}
