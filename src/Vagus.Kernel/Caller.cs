namespace Vagus.Kernel;

/// <summary>Who acts. Made only from a verified credential, or by the command line for a tenant's operator.</summary>
public sealed record Caller(TenantId Tenant, UserId User, Role Role, SessionId Session)
{
    /// <summary>
    /// The patients a caller with the role <c>patient</c> may see: itself and the dependants it holds a proxy for. Empty for everyone
    /// else.
    /// </summary>
    public IReadOnlyList<PatientId> OwnPatients { get; init; } = [];

    /// <summary>
    /// Dependants of whose record the caller sees a part only, because of their age. Disjoint from <see cref="OwnPatients"/>.
    /// </summary>
    public IReadOnlyList<PatientId> LimitedPatients { get; init; } = [];

    /// <summary>The logical id of the caller's own Practitioner; null where it has none.</summary>
    public string? Practitioner { get; init; }

    /// <summary>The categories of labelled records that it may see.</summary>
    public Sensitivity SeesLabels { get; init; }

    /// <summary>For what the caller acts, where that is not the purpose of its role: a code of v3-ActReason.</summary>
    public string? Purpose { get; init; }

    /// <summary>The application that acts; null: the user itself does, by a door of our own.</summary>
    public ActingApp? App { get; init; }

    /// <summary>
    /// As whom the caller owns what is one caller's alone: the user, or the user with an application and the patient in its context.
    /// Another application of the user, and the user without one, is somebody else.
    /// </summary>
    public string OwnerName => NameOf(User, App);

    public string PortalType => Role.PortalType();

    // No id of a user, an application or a patient has a tilde.
    /// <inheritdoc cref="OwnerName"/>
    public static string NameOf(UserId user, ActingApp? app) => app is null ? user.Value : $"{user}~{app.Id}~{app.Patient}";

    /// <summary>The server itself, under the name of what it does: no user has it, and there is no session.</summary>
    public static Caller OfServer(TenantId tenant, string name) => new(tenant, new UserId(name), Role.Service, new SessionId(""));
}
