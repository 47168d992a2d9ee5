using Vagus.Access.Audit;
using Vagus.Access.Sessions;
using Vagus.Identity.People;
using Vagus.Identity.Sessions;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.Administration;

/// <summary>What an administrator changes about a user; what is null stays.</summary>
internal sealed record UserChange(Role? Role, Sensitivity? SeesLabels, bool? Disabled);

/// <summary>
/// A tenant's administrator changes a user of its own tenant: never itself, so that no one widens what it may do alone, and never so that
/// the tenant would be left without an administrator. The user's sessions end with the change. The operator's commands know no such limits.
/// </summary>
internal sealed class ChangeUserAsAdmin(GroupCommit commit, SessionAuthentication sessions)
{
    public async ValueTask<Result<UserId>> Change(
        AuditActor by, Caller admin, UserId user, UserChange change, CancellationToken cancel)
    {
        if (user == admin.User) return OwnAccount;
        if (change.Role is { } role && !InviteUser.IsInvited(role)) return InviteUser.BadRole;

        var outcome = await commit.Write<List<SessionEnd>>(
            admin.Tenant, (write, token) => Write(write, by, user, change, token), cancel);
        if (outcome.Refusal is { } refusal) return refusal;

        sessions.Announce(outcome.Value);
        return user;
    }

    private static async ValueTask<Result<List<SessionEnd>>> Write(
        WriteTransaction write, AuditActor by, UserId user, UserChange change, CancellationToken cancel)
    {
        // Holds the tenant's head: two administrators who take the role from each other in two processes come one after the other.
        await write.NextPosition(cancel);
        var now = await write.QueryOne(Find, [write.Tenant.Value, user.Value], UserRow.Map, cancel);
        if (now is null) return Refusals.UserNotFound;
        if (change.Role is not null && !InviteUser.IsInvited(now.Role)) return InviteUser.BadRole;
        if (change.SeesLabels is not null && now.Role == Role.Patient) return PatientsOwn;

        var (role, disabled) = (change.Role ?? now.Role, change.Disabled ?? now.Disabled);
        if (IsAdmin(now.Role, now.Disabled) && !IsAdmin(role, disabled) && await OtherAdmins(write, user, cancel) == 0) return LastAdmin;

        await write.Execute(
            Update, [role.Name(), (long)(change.SeesLabels ?? now.SeesLabels), disabled, write.Tenant.Value, user.Value], cancel);
        foreach (var entry in EntriesOf(by, now, change)) AuditTrail.Add(write, entry);
        var reason = disabled ? EndReason.UserDisabled : EndReason.RoleChanged;
        return await EndSessions.OfUser(write, by, user, reason, keepNewest: 0, except: null, cancel);
    }

    /// <summary>The change that was asked for, also where it changes nothing.</summary>
    private static IEnumerable<AuditEntry> EntriesOf(AuditActor by, UserRow now, UserChange change)
    {
        if (change.Role is { } role)
        {
            yield return AccountEntries.Of(by, AuditActions.ChangeRole, now.User, $"role={role.Name()},before={now.Role.Name()}");
            if (change is { SeesLabels: null, Disabled: null }) yield break;
        }

        string?[] details =
        [
            change.SeesLabels is { } seen ? LabelFields.Audited(seen) : null,
            change.Disabled is { } ends ? $"disabled={(ends ? "true" : "false")}" : null,
        ];
        yield return AccountEntries.Of(
            by, AuditActions.ChangeUser, now.User, string.Join(',', details.Where(detail => detail is not null)), now.Patient);
    }

    private static bool IsAdmin(Role role, bool disabled) => role == Role.Admin && !disabled;

    private static async ValueTask<long> OtherAdmins(WriteTransaction write, UserId user, CancellationToken cancel) =>
        await write.QueryOne(CountAdmins, [write.Tenant.Value, user.Value], row => row.GetInt64(0), cancel);

    private static readonly Refusal OwnAccount = new(
        RefusalKind.Conflict, "own_account", "Another administrator changes your own account.");

    private static readonly Refusal LastAdmin = new(
        RefusalKind.Conflict, "last_admin", "This is the organization's last administrator: name another one first.");

    private static readonly Refusal PatientsOwn = new(
        RefusalKind.Unprocessable, "not_staff", "A patient's account has no permissions to give.");

    private static readonly Statement Find = new($"""
        select {UserRow.Columns}
        from access_user u
        where u.tenant_id = @tenant_id
          and u.user_id = @user_id
        """);

    private static readonly Statement CountAdmins = new("""
        select count(*)
        from access_user
        where tenant_id = @tenant_id
          and role = 'admin'
          and not disabled
          and user_id <> @user_id
        """);

    private static readonly Statement Update = new("""
        update access_user
        set role = @role, labels = @labels, disabled = @disabled
        where tenant_id = @tenant_id
          and user_id = @user_id
        """);
}
