using Vagus.Access.Audit;
using Vagus.Access.Tenants;
using Vagus.Identity.Passwords;
using Vagus.Identity.People;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.Administration;

/// <summary>A user to add.</summary>
public sealed record NewUser(TenantId Tenant, string Email, string DisplayName, Role Role)
{
    /// <summary>
    /// An id of the operator's choice: for users who move in from another system. Otherwise one is made. Never given again.
    /// </summary>
    public string? Id { get; init; }

    /// <summary>The patient that a user with the role <c>patient</c> is. Nobody else has one.</summary>
    public PatientId? Patient { get; init; }

    /// <summary>The logical id of the user's own Practitioner.</summary>
    public string? Practitioner { get; init; }

    /// <inheritdoc cref="Caller.SeesLabels"/>
    public Sensitivity SeesLabels { get; init; }

    /// <summary>Null: one is made and given back once.</summary>
    public string? Password { get; init; }
}

/// <summary>The user that was added, and its password where it was made here: it is shown once and kept nowhere.</summary>
public sealed record AddedUser(UserId User, string? GeneratedPassword);

/// <summary>
/// A new user of a tenant. Called by the operator's command line. There are no default users or passwords.
/// </summary>
public sealed class AddUser
{
    private const int MaxName = 200;
    private const int GeneratedBytes = 18;
    private readonly GroupCommit commit;
    private readonly PasswordHashing hashing;
    private readonly IdSource ids;

    internal AddUser(GroupCommit commit, PasswordHashing hashing, IdSource ids) =>
        (this.commit, this.hashing, this.ids) = (commit, hashing, ids);

    public async ValueTask<Result<AddedUser>> Add(NewUser user, CancellationToken cancel)
    {
        if (Check(user) is { } refusal) return refusal;

        var generated = user.Password is null ? ids.NewSecret(GeneratedBytes) : null;
        var hash = hashing.Hash(generated ?? user.Password!);
        var id = user.Id ?? ids.NewId();
        return await commit.Write<AddedUser>(
            user.Tenant,
            async (write, token) =>
            {
                if (await Store(write, user, id, hash, token) is { } taken) return taken;
                AuditTrail.Add(write, EntryOf(AuditActor.Operator, user, new UserId(id)));
                return new AddedUser(new UserId(id), generated);
            },
            cancel);
    }

    /// <summary>Writes the user as a part of a larger write; <see cref="Check"/> has been asked.</summary>
    internal static async ValueTask<Refusal?> Store(
        WriteTransaction write, NewUser user, string id, string hash, CancellationToken cancel)
    {
        if (await write.QueryOne(FindTenant, [user.Tenant.Value], row => row.GetString(0), cancel) is null) return NoTenant;
        return await write.Execute(Insert, Row(write, user, id, hash), cancel) == 1 ? null : Taken;
    }

    internal static AuditEntry EntryOf(AuditActor by, NewUser user, UserId id)
    {
        var action = user.Role == Role.Service ? AuditActions.AddService : AuditActions.AddUser;
        var detail = $"role={user.Role.Name()}{(user.SeesLabels == Sensitivity.None ? "" : "," + LabelFields.Audited(user.SeesLabels))}";
        return AccountEntries.Of(by, action, id, detail, user.Patient);
    }

    internal static Refusal? Check(NewUser user)
    {
        var email = user.Email.Trim();
        if (!EmailAddress.IsValid(email)) return Refusals.InvalidEmail;
        if (string.IsNullOrWhiteSpace(user.DisplayName) || user.DisplayName.Length > MaxName || user.DisplayName.Any(char.IsControl))
            return BadName;
        if (user.Id is { } id && !ChosenId.IsValid(id)) return ChosenId.Refuse("user");
        if (user.Role == Role.Patient != user.Patient is not null) return PatientMismatch;
        if (user.Patient is { } patient && !ChosenId.IsFhirId(patient.Value)) return BadReference;
        if (user.Practitioner is { } practitioner && !ChosenId.IsFhirId(practitioner)) return BadReference;
        return user.Password is { } password
            ? PasswordRules.Check(password, EmailAddress.NameOf(email), user.DisplayName, user.Tenant.Value)
            : null;
    }

    private static object?[] Row(WriteTransaction write, NewUser user, string id, string hash) =>
    [
        user.Tenant.Value,
        id,
        UserRow.NameOf(UserRow.DoorOf(user.Role)),
        user.Email.Trim(),
        UserRow.KeyOf(user.Email),
        user.DisplayName,
        user.Role.Name(),
        user.Patient?.Value,
        user.Practitioner,
        (long)user.SeesLabels,
        hash,
        write.At.ToMicroseconds(),
    ];

    private static readonly Refusal BadName = new(
        RefusalKind.Unprocessable, "invalid_name", $"A user has a display name of at most {MaxName} characters.");

    private static readonly Refusal PatientMismatch =
        new(RefusalKind.Unprocessable, "patient_mismatch", "A user with the role patient names its patient; nobody else does.");

    internal static readonly Refusal BadReference =
        new(RefusalKind.Unprocessable, "invalid_reference",
            "A patient or practitioner is named by its logical id alone: 1 to 64 letters, digits, hyphens or dots.");

    private static readonly Refusal NoTenant = new(RefusalKind.NotFound, "tenant_not_found", "There is no such tenant.");

    private static readonly Refusal Taken = new(
        RefusalKind.Conflict, "user_exists", "The tenant has a user with this id or e-mail already.");

    private static readonly Statement FindTenant = new("""
        select tenant_id
        from access_tenant
        where tenant_id = @tenant_id
        """);

    private static readonly Statement Insert = new("""
        insert into access_user
          (tenant_id, user_id, door, email, email_key, display_name, role, patient_id, practitioner_id, labels, password_hash, disabled,
           created_at, email_verified_at)
        values
          (@tenant_id, @user_id, @door, @email, @email_key, @display_name, @role, @patient_id, @practitioner_id, @labels, @password_hash, false,
           @created_at, @created_at)
        on conflict do nothing
        """);
}
