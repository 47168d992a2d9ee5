using Vagus.Access.Audit;
using Vagus.Access.Sessions;
using Vagus.Access.Tenants;
using Vagus.Identity.People;
using Vagus.Identity.Sessions;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.Administration;

/// <summary>
/// Changes what a user may do. Every change ends the user's sessions: tokens, cached sessions and live connections carry the old rights,
/// and none of them may outlive the change.
/// </summary>
public sealed class ChangeUser
{
    private readonly GroupCommit commit;
    private readonly SessionAuthentication sessions;

    internal ChangeUser(GroupCommit commit, SessionAuthentication sessions) => (this.commit, this.sessions) = (commit, sessions);

    /// <summary>Another role at the same door: staff never become patients, nor patients staff; that is another user.</summary>
    public ValueTask<Result<UserId>> SetRole(TenantId tenant, UserId user, Role role, CancellationToken cancel) =>
        Change(
            tenant,
            user,
            EndReason.RoleChanged,
            Entry(AuditActions.ChangeRole, user, $"role={role.Name()}"),
            write => write.Execute(UpdateRole, [role.Name(), tenant.Value, user.Value, UserRow.NameOf(UserRow.DoorOf(role))], cancel),
            cancel);

    /// <summary>Which labelled records the user may see from now on.</summary>
    public ValueTask<Result<UserId>> SetLabels(TenantId tenant, UserId user, Sensitivity seen, CancellationToken cancel) =>
        Change(
            tenant,
            user,
            EndReason.RoleChanged,
            Entry(AuditActions.ChangeUser, user, LabelFields.Audited(seen)),
            write => write.Execute(UpdateLabels, [(long)seen, tenant.Value, user.Value], cancel),
            cancel);

    /// <summary>Lets a patient's user act for another patient: a child, a parent.</summary>
    public ValueTask<Result<UserId>> GrantProxy(TenantId tenant, UserId user, PatientId patient, CancellationToken cancel) =>
        GrantProxy(tenant, user, patient, ProxyTerms.Unlimited, cancel);

    /// <summary>The same, with its terms; a grant to the same user takes the place of the one before.</summary>
    public ValueTask<Result<UserId>> GrantProxy(
        TenantId tenant, UserId user, PatientId patient, ProxyTerms terms, CancellationToken cancel) =>
        GrantProxy(AuditActor.Operator, tenant, user, patient, terms, cancel);

    public ValueTask<Result<UserId>> GrantProxy(
        AuditActor by, TenantId tenant, UserId user, PatientId patient, ProxyTerms terms, CancellationToken cancel) =>
        ChosenId.IsFhirId(patient.Value)
            ? ChangeUnless(
                by, tenant, user, EndReason.RoleChanged,
                AccountEntries.Of(by, AuditActions.GrantProxy, user, $"relationship={terms.Relationship}", patient),
                write => Grant(write, user, patient, terms, cancel), cancel)
            : ValueTask.FromResult<Result<UserId>>(AddUser.BadReference);

    /// <summary>A second person agrees to a grant: from then on it opens the record.</summary>
    public ValueTask<Result<UserId>> ConfirmProxy(
        AuditActor by, Caller confirmer, UserId user, PatientId patient, CancellationToken cancel) =>
        ChangeUnless(
            by, confirmer.Tenant, user, EndReason.RoleChanged, AccountEntries.Of(by, AuditActions.ConfirmProxy, user, patient: patient),
            write => Confirm(write, user, patient, confirmer.User, cancel), cancel);

    public ValueTask<Result<UserId>> RevokeProxy(TenantId tenant, UserId user, PatientId patient, CancellationToken cancel) =>
        RevokeProxy(AuditActor.Operator, tenant, user, patient, cancel);

    public ValueTask<Result<UserId>> RevokeProxy(
        AuditActor by, TenantId tenant, UserId user, PatientId patient, CancellationToken cancel) =>
        Change(
            by, tenant, user, EndReason.RoleChanged, AccountEntries.Of(by, AuditActions.RevokeProxy, user, patient: patient),
            write => Proxies.Revoke(write, user, patient, cancel), cancel);

    /// <summary>The user can sign in no more. Users are never deleted: what they did stays theirs.</summary>
    public ValueTask<Result<UserId>> Disable(TenantId tenant, UserId user, CancellationToken cancel) =>
        Change(
            tenant, user, EndReason.UserDisabled, Entry(AuditActions.ChangeUser, user, "disabled=true"),
            write => write.Execute(UpdateDisabled, [true, tenant.Value, user.Value], cancel), cancel);

    public ValueTask<Result<UserId>> Enable(TenantId tenant, UserId user, CancellationToken cancel) =>
        Change(
            tenant, user, EndReason.RoleChanged, Entry(AuditActions.ChangeUser, user, "disabled=false"),
            write => write.Execute(UpdateDisabled, [false, tenant.Value, user.Value], cancel), cancel);

    /// <summary>Signs the user out everywhere and changes nothing else.</summary>
    public ValueTask<Result<UserId>> EndSessions(TenantId tenant, UserId user, CancellationToken cancel) =>
        EndSessions(AuditActor.Operator, tenant, user, cancel);

    public ValueTask<Result<UserId>> EndSessions(AuditActor by, TenantId tenant, UserId user, CancellationToken cancel) =>
        Change(
            by, tenant, user, EndReason.EndedByOperator, AccountEntries.Of(by, AuditActions.SessionEnd, user, "sessions=all"),
            write => Count(write, user, cancel), cancel);

    private static async ValueTask<Refusal?> Grant(
        WriteTransaction write, UserId user, PatientId patient, ProxyTerms terms, CancellationToken cancel)
    {
        if (terms.Refuse(write.At) is { } refusal) return refusal;
        if (await Proxies.IsOwn(write, user, patient, cancel)) return OwnPatient;
        if (terms.GrantedBy is { } by && await Mailboxes.AreSame(write, by, user, cancel)) return Refusals.OwnAccount;
        return await Proxies.Grant(write, user, patient, terms, cancel) == 1 ? null : NoUser;
    }

    private static async ValueTask<Refusal?> Confirm(
        WriteTransaction write, UserId user, PatientId patient, UserId by, CancellationToken cancel)
    {
        if (await Proxies.Find(write, user, patient, cancel) is not { } granted) return NoUser;
        if (granted.Confirmed) return AlreadyConfirmed;
        if (granted.By == by) return SecondPerson;
        if (await Mailboxes.AreSame(write, by, user, cancel)) return Refusals.OwnAccount;
        return await Proxies.Confirm(write, user, patient, by, cancel) == 1 ? null : AlreadyConfirmed;
    }

    private static async ValueTask<int> Count(WriteTransaction write, UserId user, CancellationToken cancel) =>
        (int)await write.QueryOne(CountUsers, [write.Tenant.Value, user.Value], row => row.GetInt64(0), cancel);

    private static AuditEntry Entry(string action, UserId user, string detail) =>
        AccountEntries.Of(AuditActor.Operator, action, user, detail);

    private ValueTask<Result<UserId>> Change(
        TenantId tenant, UserId user, EndReason reason, AuditEntry entry, Func<WriteTransaction, ValueTask<int>> update,
        CancellationToken cancel) =>
        Change(AuditActor.Operator, tenant, user, reason, entry, update, cancel);

    private ValueTask<Result<UserId>> Change(
        AuditActor by, TenantId tenant, UserId user, EndReason reason, AuditEntry entry, Func<WriteTransaction, ValueTask<int>> update,
        CancellationToken cancel) =>
        ChangeUnless(by, tenant, user, reason, entry, async write => await update(write) == 1 ? null : NoUser, cancel);

    private async ValueTask<Result<UserId>> ChangeUnless(
        AuditActor by, TenantId tenant, UserId user, EndReason reason, AuditEntry entry, Func<WriteTransaction, ValueTask<Refusal?>> update,
        CancellationToken cancel)
    {
        var outcome = await commit.Write<List<SessionEnd>>(
            tenant,
            async (write, token) =>
            {
                if (await update(write) is { } refusal) return refusal;
                AuditTrail.Add(write, entry);
                return await Sessions.EndSessions.OfUser(write, by, user, reason, keepNewest: 0, except: null, token);
            },
            cancel);
        if (outcome.Refusal is { } refusal) return refusal;

        sessions.Announce(outcome.Value);
        return user;
    }

    private static readonly Refusal NoUser = new(
        RefusalKind.NotFound, "user_not_found", "The tenant has no such user for whom this can be changed.");

    private static readonly Refusal OwnPatient =
        new(RefusalKind.Invalid, "own_patient", "The patient is the user's own: a user acts for itself without a grant.");

    private static readonly Refusal AlreadyConfirmed = new(RefusalKind.Conflict, "proxy_confirmed", "This grant is in force already.");

    private static readonly Refusal SecondPerson = new(
        RefusalKind.Forbidden, "second_person_required", "Somebody other than the one who granted it has to confirm a proxy.");

    private static readonly Statement CountUsers = new("""
        select count(*)
        from access_user
        where tenant_id = @tenant_id
          and user_id = @user_id
        """);

    private static readonly Statement UpdateRole = new("""
        update access_user
        set role = @role
        where tenant_id = @tenant_id
          and user_id = @user_id
          and door = @door
        """);

    private static readonly Statement UpdateLabels = new("""
        update access_user
        set labels = @labels
        where tenant_id = @tenant_id
          and user_id = @user_id
        """);

    private static readonly Statement UpdateDisabled = new("""
        update access_user
        set disabled = @disabled
        where tenant_id = @tenant_id
          and user_id = @user_id
        """);
}
