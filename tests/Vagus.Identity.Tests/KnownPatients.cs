using System.Collections.Concurrent;
using Vagus.Access.Authorization;
using Vagus.Kernel;

namespace Vagus.Identity.Tests;

/// <summary>
/// Patients' records as the FHIR room would tell of them; that one does is shown over the whole server. A labelled record is within the
/// reach of callers with the permission.
/// </summary>
internal sealed class KnownPatients : IReadPatients, IFindPatients
{
    private readonly ConcurrentDictionary<(TenantId, PatientId), (PatientFacts Facts, bool Labelled)> records = new();

    public void Add(TenantId tenant, string id, string? birthDate = "1980-02-29", bool labelled = false, string? language = null) =>
        records[(tenant, new PatientId(id))] = (new PatientFacts(new PatientId(id), "Pat Smith", birthDate) { Language = language }, labelled);

    public void Remove(TenantId tenant, string id) => records.TryRemove((tenant, new PatientId(id)), out _);

    public ValueTask<PatientFacts?> Find(TenantId tenant, PatientId patient, CancellationToken cancel) =>
        ValueTask.FromResult(records.TryGetValue((tenant, patient), out var record) ? record.Facts : null);

    public ValueTask<PatientFacts?> Find(Reach reach, PatientId patient, CancellationToken cancel) => ValueTask.FromResult(
        records.TryGetValue((reach.Tenant, patient), out var record) && IsWithin(reach, record.Labelled) ? record.Facts : null);

    public ValueTask<Result<IReadOnlyList<PatientFacts>>> Find(Reach reach, string name, int atMost, CancellationToken cancel) =>
        ValueTask.FromResult<Result<IReadOnlyList<PatientFacts>>>(records
            .Where(record => record.Key.Item1 == reach.Tenant && IsWithin(reach, record.Value.Labelled))
            .Select(record => record.Value.Facts)
            .Where(facts => facts.Name!.StartsWith(name, StringComparison.OrdinalIgnoreCase)).Take(atMost).ToList());

    private static bool IsWithin(Reach reach, bool labelled) =>
        reach.May(ResourceInteractions.Read, "Patient") && (!labelled || reach.RoleRows.SeesLabels == Sensitivity.All);
}
