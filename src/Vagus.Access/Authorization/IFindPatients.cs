using Vagus.Kernel;

namespace Vagus.Access.Authorization;

/// <summary>
/// What a caller may know of patients, for rooms that do not know FHIR: a reach is asked, which no caller has but narrowed by the tenant
/// (<see cref="Reach.Of"/>). The room that keeps the records implements it.
/// </summary>
public interface IFindPatients
{
    /// <summary>Null where there is no such patient, its record was deleted, or it is not within reach.</summary>
    ValueTask<PatientFacts?> Find(Reach reach, PatientId patient, CancellationToken cancel);

    /// <summary>
    /// At most so many patients within reach whose name begins so, whom it records as shown; a refusal where it cannot be recorded.
    /// </summary>
    ValueTask<Result<IReadOnlyList<PatientFacts>>> Find(Reach reach, string name, int atMost, CancellationToken cancel);
}
