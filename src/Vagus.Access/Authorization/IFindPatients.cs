using Vagus.Kernel;

namespace Vagus.Access.Authorization;

/// <summary>
/// A search for patients by name, for a person who chooses one. The room that keeps the records implements it, and records who was shown.
/// </summary>
public interface IFindPatients
{
    /// <summary>At most so many patients within reach whose name begins so; a refusal where the search cannot be recorded.</summary>
    ValueTask<Result<IReadOnlyList<PatientFacts>>> Find(Reach reach, string name, int atMost, CancellationToken cancel);
}
