using Vagus.Access.Authorization;
using Vagus.Access.Tenants;
using Vagus.Access.Visibility;
using Vagus.Identity.People;
using Vagus.Identity.SecondFactors;
using Vagus.Kernel;
using Vagus.Storage;

namespace Vagus.Identity.OAuth;

/// <summary>Whom a user can choose from, and whether that is found by a search.</summary>
internal sealed record OfferedPatients(IReadOnlyList<PatientFacts> Patients, bool Searches);

/// <summary>
/// The patient in context: a patient's own record or a dependant's, or for staff any record within their reach, which they find by name.
/// </summary>
internal sealed class ChoosePatient(
    Database database, ReadDependants dependants, IReadPatients patients, IFindPatients find, TenantPolicies policies, TimeProvider clock)
{
    private const int MaxShown = 20;
    private const int MinLetters = 2;

    // Nothing was opened yet that a search could belong to.
    private static readonly SessionId NoSession = new("authorize");

    /// <summary>The choice of the form, or what its search found.</summary>
    public async ValueTask<StepTaken> Take(AuthorizeState state, OAuthForm form, CancellationToken cancel)
    {
        if (await CallerOf(state, cancel) is not { } caller) return new StepTaken(state with { User = null }, Refusals.InvalidCredentials);
        if (form["patient"] is { } chosen)
        {
            return ChosenId.IsFhirId(chosen) && await Within(caller, new PatientId(chosen), cancel) is not null
                ? new StepTaken(state with { Patient = chosen }) : new StepTaken(state, Refusals.PatientNotFound);
        }

        if (caller.Role == Role.Patient || form["name"]?.Trim() is not { Length: >= MinLetters and <= 100 } name)
            return new StepTaken(state, Refusals.PatientNotFound);
        var found = await find.Find(await policies.ReachOf(caller, cancel), name, MaxShown, cancel);
        if (found.Refusal is { } refusal) return new StepTaken(state, refusal);
        return found.Value.Count > 0 ? new StepTaken(state, Found: found.Value) : new StepTaken(state, Refusals.PatientNotFound);
    }

    public async ValueTask<Result<OfferedPatients>> Offer(
        AuthorizeState state, IReadOnlyList<PatientFacts>? found, CancellationToken cancel)
    {
        if (await CallerOf(state, cancel) is not { } caller) return Refusals.InvalidCredentials;
        if (caller.Role != Role.Patient) return new OfferedPatients(found ?? [], Searches: true);

        var own = new List<PatientFacts>();
        foreach (var patient in caller.OwnPatients.Concat(caller.LimitedPatients))
            own.Add(await patients.Find(caller.Tenant, patient, cancel) ?? new PatientFacts(patient, null, null));
        return own.Count > 0 ? new OfferedPatients(own, Searches: false) : Refusals.PatientNotFound;
    }

    /// <summary>
    /// The user and the patient for the consent page; a refusal where one is gone, or the patient out of the user's reach.
    /// </summary>
    public async ValueTask<Result<(string User, PatientFacts? Patient)>> Names(AuthorizeState state, CancellationToken cancel)
    {
        if (await UserOf(state, cancel) is not { } user) return Refusals.InvalidCredentials;
        if (state.Patient is not { } id) return (user.DisplayName, null);
        // The patient of a launch was within reach when it was launched.
        return await Within(user.CallerIn(NoSession, clock.GetUtcNow()), new PatientId(id), cancel) is { } patient
            ? (user.DisplayName, patient) : Refusals.PatientNotFound;
    }

    private async ValueTask<PatientFacts?> Within(Caller caller, PatientId patient, CancellationToken cancel)
    {
        if (caller.Role != Role.Patient) return await find.Find(await policies.ReachOf(caller, cancel), patient, cancel);
        if (!caller.OwnPatients.Contains(patient) && !caller.LimitedPatients.Contains(patient)) return null;
        return await patients.Find(caller.Tenant, patient, cancel) ?? new PatientFacts(patient, null, null);
    }

    private async ValueTask<Caller?> CallerOf(AuthorizeState state, CancellationToken cancel) =>
        (await UserOf(state, cancel))?.CallerIn(NoSession, clock.GetUtcNow());

    private async ValueTask<UserRow?> UserOf(AuthorizeState state, CancellationToken cancel)
    {
        if (state.User is not { } user) return null;
        var known = await FactorUser.Find(database, new TenantId(state.Tenant), new UserId(user), cancel);
        return known is null ? null : await dependants.Of(known.User, clock.GetUtcNow(), cancel);
    }
}
