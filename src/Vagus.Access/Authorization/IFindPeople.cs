using Vagus.Kernel;

namespace Vagus.Access.Authorization;

/// <summary>
/// The users of a tenant, for rooms that do not know accounts: who somebody is who is written to. The room that knows accounts implements
/// it. Users who are disabled are found by their id only.
/// </summary>
public interface IFindPeople
{
    ValueTask<PersonFacts?> Find(TenantId tenant, UserId user, CancellationToken cancel);

    /// <summary>The users whose own records these are.</summary>
    ValueTask<IReadOnlyList<PersonFacts>> OfPractitioners(TenantId tenant, IReadOnlyList<string> practitioners, CancellationToken cancel);

    /// <summary>The user whose own record the patient is.</summary>
    ValueTask<PersonFacts?> OfPatient(TenantId tenant, PatientId patient, CancellationToken cancel);

    /// <summary>At most so many users of these roles, by name; those whose name has the text somewhere.</summary>
    ValueTask<IReadOnlyList<PersonFacts>> Named(
        TenantId tenant, string text, IReadOnlyList<Role> roles, int atMost, CancellationToken cancel);

    /// <summary>The names to show of users; who is unknown is missing.</summary>
    ValueTask<IReadOnlyDictionary<string, string>> NamesOf(TenantId tenant, IReadOnlyList<string> users, CancellationToken cancel);
}

/// <summary>A user as far as other rooms know it.</summary>
/// <param name="User">The id.</param>
/// <param name="Name">The name to show.</param>
/// <param name="Role">What it is to the organization.</param>
public sealed record PersonFacts(UserId User, string Name, Role Role)
{
    public bool IsDisabled { get; init; }

    /// <summary>The logical id of its own Practitioner.</summary>
    public string? Practitioner { get; init; }

    /// <summary>Its own record, of a patient.</summary>
    public PatientId? Patient { get; init; }
}
