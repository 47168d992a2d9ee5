using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Access.Authorization;

/// <summary>
/// Who can sign in, for rooms that do not know accounts: they ask as the server, also inside a write, and show no more of it than a name.
/// Users who are disabled are not found. The room that keeps the accounts implements it.
/// </summary>
public interface IFindUsers
{
    ValueTask<UserFacts?> Find(IRunQueries queries, TenantId tenant, UserId user, CancellationToken cancel);

    /// <summary>The user who is this Practitioner; where there are several, the one who was added first.</summary>
    ValueTask<UserFacts?> OfPractitioner(IRunQueries queries, TenantId tenant, string practitioner, CancellationToken cancel);

    /// <summary>In the order in which they were added.</summary>
    ValueTask<IReadOnlyList<UserFacts>> WithRole(
        IRunQueries queries, TenantId tenant, Role role, int atMost, CancellationToken cancel);
}

/// <summary>A user as far as other rooms need to know.</summary>
/// <param name="User">The id.</param>
/// <param name="Name">The name to show.</param>
/// <param name="Role">The role of now.</param>
public sealed record UserFacts(UserId User, string Name, Role Role)
{
    /// <inheritdoc cref="Caller.Practitioner"/>
    public string? Practitioner { get; init; }

    /// <inheritdoc cref="Caller.SeesLabels"/>
    public Sensitivity SeesLabels { get; init; }

    /// <summary>To ask how far the user reaches without a session: what a sign-in would be granted, and no record opened.</summary>
    public Caller AsCaller(TenantId tenant) =>
        new(tenant, User, Role, new SessionId("")) { Practitioner = Practitioner, SeesLabels = SeesLabels };
}
