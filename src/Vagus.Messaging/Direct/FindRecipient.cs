using Vagus.Access.Authorization;
using Vagus.Access.Tenants;
using Vagus.Fhir.Reading;
using Vagus.Kernel;
using Vagus.Messaging.Messages;
using Vagus.Messaging.Threads;
using Vagus.Storage;

namespace Vagus.Messaging.Direct;

/// <summary>
/// Whom an id stands for: a user's id, the id or reference of a Practitioner, PractitionerRole, Patient, RelatedPerson, Organization or
/// CareTeam, or the name of a role. One person, or a pool; a related person is on the side of its patient, with all who hold a proxy for
/// that. Who may not be written to is not found.
/// </summary>
internal sealed class FindRecipient(
    Database database, IFindUsers accounts, IFindPatients patients, FindMembers members, TimeProvider clock)
{
    private static readonly string[] Pools = ["PractitionerRole", "CareTeam", "Organization"];

    public async ValueTask<Result<Recipient>> Find(Reach reach, string id, CancellationToken cancel)
    {
        var found = id.Split('/') switch
        {
            [var type, var logical] when ChosenId.IsFhirId(logical) => await Referred(reach, type, logical, cancel),
            [var alone] when ChosenId.IsFhirId(alone.Replace('_', '-')) => await Named(reach, alone, cancel),
            _ => MessagingRefusals.NoRecipient,
        };
        if (found.IsRefused) return found;
        return found.Value.Name == Correspondents.SideOf(reach.Caller) ? MessagingRefusals.ToOneself : found;
    }

    /// <summary>
    /// Whether a role may begin to write to another. Patients and drivers write to staff; to each other they answer in threads that staff
    /// or the other began.
    /// </summary>
    public static bool MayWrite(Role from, Role to) => to switch
    {
        Role.Service => false,
        Role.Patient or Role.Driver => from.IsStaff(),
        _ => true,
    };

    /// <summary>
    /// The ids of threads that the caller may have with somebody to whom it may not begin to write, for any id that stands for one. Who is
    /// there is not told by it: a thread is there only where they have written to each other, and is shown to who sees it.
    /// </summary>
    public async ValueTask<IReadOnlyList<string>> ThreadsWith(Reach reach, string id, CancellationToken cancel)
    {
        var side = Correspondents.SideOf(reach.Caller);
        IEnumerable<string> names = id.Split('/') switch
        {
            ["Practitioner", var logical] when ChosenId.IsFhirId(logical) => await UsersOf(reach.Tenant, logical, cancel),
            [var alone] when ChosenId.IsFhirId(alone.Replace('_', '-')) =>
            [
                await NameOf(reach.Tenant, alone, cancel), ThreadNames.Of(new PatientId(alone)),
                .. await UsersOf(reach.Tenant, alone, cancel),
            ],
            _ => [id],
        };
        return await DirectIds.Now(database, reach.Tenant, side, [.. names], cancel);
    }

    private async ValueTask<string> NameOf(TenantId tenant, string user, CancellationToken cancel) =>
        await accounts.Known(tenant, new UserId(user), cancel) is { Role: Role.Patient, Patient: { } own } ? ThreadNames.Of(own) : user;

    private async ValueTask<IEnumerable<string>> UsersOf(TenantId tenant, string practitioner, CancellationToken cancel) =>
        (await accounts.OfPractitioners(database, tenant, [practitioner], cancel)).Select(user => user.User.Value);

    /// <summary>The users to whom a role may begin to write, under their names in threads.</summary>
    public static string[] NamesOf(IEnumerable<UserFacts> users, Role from) =>
        [.. users.Where(user => MayWrite(from, user.Role)).Select(user => user.User.Value)];

    private async ValueTask<Result<Recipient>> Named(Reach reach, string id, CancellationToken cancel)
    {
        if (await accounts.Known(reach.Tenant, new UserId(id), cancel) is { } person) return await Person(reach, person, cancel);
        if (Roles.Parse(id) is { } role) return Pool(reach.Caller, role);
        foreach (var type in (string[])["Practitioner", "Patient", "RelatedPerson", .. Pools])
        {
            var found = await Referred(reach, type, id, cancel);
            if (found.Refusal is null || found.Refusal.Kind != RefusalKind.NotFound) return found;
        }

        return MessagingRefusals.NoRecipient;
    }

    private async ValueTask<Result<Recipient>> Referred(Reach reach, string type, string id, CancellationToken cancel)
    {
        if (type == "Practitioner")
        {
            return await accounts.OfPractitioners(database, reach.Tenant, [id], cancel) is [var person, ..]
                ? await Person(reach, person, cancel) : MessagingRefusals.NoRecipient;
        }

        return type switch
        {
            "Patient" => await Patient(reach, new PatientId(id), cancel),
            "RelatedPerson" => await Related(reach, id, cancel),
            _ => await Pool(reach, type, id, cancel),
        };
    }

    private async ValueTask<Result<Recipient>> Person(Reach reach, UserFacts person, CancellationToken cancel)
    {
        if (person.IsDisabled || !MayWrite(reach.Caller.Role, person.Role)) return MessagingRefusals.NoRecipient;
        if (person.Role == Role.Patient)
            return person.Patient is { } own ? await Patient(reach, own, cancel) : MessagingRefusals.NoRecipient;
        return new Recipient(person.User.Value, [person.User.Value]);
    }

    private async ValueTask<Result<Recipient>> Patient(Reach reach, PatientId patient, CancellationToken cancel)
    {
        if (!MayWrite(reach.Caller.Role, Role.Patient) || await patients.Find(reach, patient, cancel) is null)
            return MessagingRefusals.NoRecipient;
        return new Recipient(ThreadNames.Of(patient), [ThreadNames.Of(patient)]) { Patient = patient };
    }

    // Without a proxy nobody but the patient would read what is meant for another.
    private async ValueTask<Result<Recipient>> Related(Reach reach, string id, CancellationToken cancel)
    {
        var found = await members.PatientOf(reach, id, cancel);
        if (found.Refusal is { } refusal) return refusal;
        if (found.Value is not { } patient) return MessagingRefusals.NoRecipient;
        var acting = await accounts.ActingFor(database, reach.Tenant, patient, clock.GetUtcNow(), cancel);
        var own = await accounts.OfPatient(reach.Tenant, patient, cancel);
        return acting.Any(user => user != own?.User) ? await Patient(reach, patient, cancel) : MessagingRefusals.NoRecipient;
    }

    private static Result<Recipient> Pool(Caller caller, Role role)
    {
        if (!role.IsStaff() || !MayWrite(caller.Role, role)) return MessagingRefusals.NoRecipient;
        return new Recipient(ThreadNames.Of(role), [ThreadNames.Of(role)]) { IsPool = true };
    }

    private async ValueTask<Result<Recipient>> Pool(Reach reach, string type, string id, CancellationToken cancel)
    {
        if (!Pools.Contains(type)) return MessagingRefusals.NoRecipient;
        var practitioners = await members.Of(reach, type, id, cancel);
        if (practitioners.Refusal is { } refusal) return refusal;
        if (practitioners.Value is not { } known) return MessagingRefusals.NoRecipient;
        var users = await accounts.OfPractitioners(database, reach.Tenant, known, cancel);
        var names = NamesOf(users, reach.Caller.Role);
        if (names.Length == 0) return MessagingRefusals.NoRecipient;
        // A PractitionerRole is one person in one place: it is written to as the person.
        return type == "PractitionerRole" && names is [var one] ? new Recipient(one, [one])
            : new Recipient($"{type}/{id}", names) { IsPool = true };
    }
}

/// <summary>Whom a direct message goes to.</summary>
/// <param name="Name">By which the thread is found again.</param>
/// <param name="Members">The names that take part on this side.</param>
internal sealed record Recipient(string Name, IReadOnlyList<string> Members)
{
    /// <summary>Several people, of whom the first that answers takes the thread.</summary>
    public bool IsPool { get; init; }

    public PatientId? Patient { get; init; }
}
