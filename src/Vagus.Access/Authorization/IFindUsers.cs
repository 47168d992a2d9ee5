using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Access.Authorization;

/// <summary>
/// The users of a tenant, for rooms that do not know accounts: they ask as the server, those with <c>queries</c> also inside a write, and
/// show no more of it than a name. Users who are disabled are not found but by <see cref="Known"/> and <see cref="NamesOf"/>. The room that
/// keeps the accounts implements it.
/// </summary>
public interface IFindUsers
{
    ValueTask<UserFacts?> Find(IRunQueries queries, TenantId tenant, UserId user, CancellationToken cancel);

    /// <summary>Those of the users who are there and not disabled.</summary>
    ValueTask<IReadOnlyList<UserFacts>> Find(
        IRunQueries queries, TenantId tenant, IReadOnlyList<string> users, CancellationToken cancel);

    /// <summary>The user who is this Practitioner; where there are several, the one who was added first.</summary>
    ValueTask<UserFacts?> OfPractitioner(IRunQueries queries, TenantId tenant, string practitioner, CancellationToken cancel);

    /// <summary>In the order in which they were added.</summary>
    ValueTask<IReadOnlyList<UserFacts>> WithRole(
        IRunQueries queries, TenantId tenant, Role role, int atMost, CancellationToken cancel);

    /// <summary>Also one who is disabled.</summary>
    ValueTask<UserFacts?> Known(TenantId tenant, UserId user, CancellationToken cancel);

    /// <summary>Those of the users who are there, also who is disabled.</summary>
    ValueTask<IReadOnlyList<UserFacts>> Known(TenantId tenant, IReadOnlyList<string> users, CancellationToken cancel);

    /// <summary>The users whose own records these are.</summary>
    ValueTask<IReadOnlyList<UserFacts>> OfPractitioners(
        IRunQueries queries, TenantId tenant, IReadOnlyList<string> practitioners, CancellationToken cancel);

    /// <summary>The user whose own record the patient is.</summary>
    ValueTask<UserFacts?> OfPatient(TenantId tenant, PatientId patient, CancellationToken cancel);

    /// <summary>
    /// The user whose own record the patient is, and those who were granted to act for it then. Ages are not asked: how far a proxy reaches
    /// is to be asked of its <see cref="Caller"/>.
    /// </summary>
    ValueTask<IReadOnlyList<UserId>> ActingFor(
        IRunQueries queries, TenantId tenant, PatientId patient, DateTimeOffset at, CancellationToken cancel);

    /// <summary>
    /// At most so many users of these roles, by name; those whose name has the text somewhere, without case and diacritics.
    /// </summary>
    ValueTask<IReadOnlyList<UserFacts>> Named(
        TenantId tenant, string text, IReadOnlyList<Role> roles, int atMost, CancellationToken cancel);

    /// <summary>
    /// The user with the rights of this moment, proxies included, for what it has asked to be done later; without a session. Null where
    /// there is no such user, or it is disabled.
    /// </summary>
    ValueTask<Caller?> CallerOf(TenantId tenant, UserId user, CancellationToken cancel);

    /// <summary>The names to show of users; who is unknown is missing.</summary>
    ValueTask<IReadOnlyDictionary<string, string>> NamesOf(TenantId tenant, IReadOnlyList<string> users, CancellationToken cancel);
}

/// <summary>A user as far as other rooms need to know.</summary>
/// <param name="User">The id.</param>
/// <param name="Name">The name to show.</param>
/// <param name="Role">The role of now.</param>
public sealed record UserFacts(UserId User, string Name, Role Role)
{
    /// <inheritdoc cref="Caller.Practitioner"/>
    public string? Practitioner { get; init; }

    /// <summary>Its own record, of a patient.</summary>
    public PatientId? Patient { get; init; }

    public bool IsDisabled { get; init; }

    /// <inheritdoc cref="Caller.SeesLabels"/>
    public Sensitivity SeesLabels { get; init; }

    /// <summary>To ask how far the user reaches without a session: what a sign-in would be granted, and no record opened.</summary>
    public Caller AsCaller(TenantId tenant) =>
        new(tenant, User, Role, new SessionId("")) { Practitioner = Practitioner, SeesLabels = SeesLabels };
}
