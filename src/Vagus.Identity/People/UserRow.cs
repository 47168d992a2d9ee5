using System.Data.Common;
using Vagus.Identity.Doors;
using Vagus.Kernel;

namespace Vagus.Identity.People;

/// <summary>A user as stored.</summary>
internal sealed record UserRow
{
    /// <summary>The columns that <see cref="Map"/> reads, of the table named <c>u</c>.</summary>
    /// <summary>What is stored before the first password.</summary>
    public const string NoPassword = "";

    public const string Columns =
        "u.tenant_id, u.user_id, u.email, u.display_name, u.role, u.patient_id, u.practitioner_id, u.labels, u.password_hash, u.disabled, "
        + "u.security_version";

    public const int ColumnCount = 11;

    public required TenantId Tenant { get; init; }

    public required UserId User { get; init; }

    public required string Email { get; init; }

    public required string DisplayName { get; init; }

    public required Role Role { get; init; }

    public PatientId? Patient { get; init; }

    /// <summary>Patients for whom a user with the role <c>patient</c> may act: children, parents. Set by <see cref="ReadDependants"/>.</summary>
    public IReadOnlyList<Dependant> Dependants { get; init; } = [];

    public string? Practitioner { get; init; }

    /// <inheritdoc cref="Caller.SeesLabels"/>
    public required Sensitivity SeesLabels { get; init; }

    /// <summary>Null before the first password: who was invited has not come yet.</summary>
    public required string? PasswordHash { get; init; }

    public required bool Disabled { get; init; }

    /// <summary>Counts the changes of the password. What an older one earned is void.</summary>
    public required long SecurityVersion { get; init; }

    public static Door DoorOf(Role role) => role == Role.Patient ? Door.Patient : Door.Staff;

    public static string NameOf(Door door) => door == Door.Patient ? "patient" : "staff";

    /// <summary>How an address is compared: without case and surrounding blanks.</summary>
    public static string KeyOf(string email) => email.Trim().ToLowerInvariant();

    /// <summary>A service account's address among people's. No such one exists (RFC 2606): nothing is ever sent to it.</summary>
    public static string AddressOfService(string clientId) => $"{clientId}@service.invalid";

    public static UserRow Map(DbDataReader row) => new()
    {
        Tenant = new TenantId(row.GetString(0)),
        User = new UserId(row.GetString(1)),
        Email = row.GetString(2),
        DisplayName = row.GetString(3),
        Role = Roles.Parse(row.GetString(4)) ?? throw new InvalidDataException($"User {row.GetString(1)} has an unknown role."),
        Patient = row.IsDBNull(5) ? null : new PatientId(row.GetString(5)),
        Practitioner = row.IsDBNull(6) ? null : row.GetString(6),
        SeesLabels = (Sensitivity)row.GetInt64(7),
        PasswordHash = row.GetString(8) is { Length: > 0 } hash ? hash : null,
        Disabled = row.GetBoolean(9),
        SecurityVersion = row.GetInt64(10),
    };

    /// <summary>The caller with what holds at this moment.</summary>
    public Caller CallerIn(SessionId session, DateTimeOffset now) => new(Tenant, User, Role, session)
    {
        OwnPatients = Patient is { } own ? [own, .. Of(DependantAccess.Whole, now).Where(patient => patient != own).Distinct()] : [],
        LimitedPatients = Dependants.Count == 0 ? [] : [.. Of(DependantAccess.Limited, now).Where(patient => patient != Patient)],
        Practitioner = Practitioner,
        SeesLabels = SeesLabels,
    };

    /// <summary>When the caller's rights change by themselves.</summary>
    public DateTimeOffset RightsUntil(DateTimeOffset now) =>
        Dependants.Select(dependant => dependant.NextChange(now)).DefaultIfEmpty(DateTimeOffset.MaxValue).Min();

    private IEnumerable<PatientId> Of(DependantAccess access, DateTimeOffset now) =>
        Dependants.Where(dependant => dependant.At(now) == access).Select(dependant => dependant.Patient);
}
