using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Reading;

/// <summary>Patients within a reach. A search by name goes through the door of all reads, which records whom it showed.</summary>
internal sealed class FindPatients(FhirReads reads, ReadPatients records, FhirOptions options, OwnBases own, TimeProvider clock)
    : IFindPatients
{
    private const int BodyBytes = 1024 * 1024;

    public ValueTask<PatientFacts?> Find(Reach reach, PatientId patient, CancellationToken cancel) =>
        records.Find(reach, patient, cancel);

    public async ValueTask<Result<IReadOnlyList<PatientFacts>>> Find(Reach reach, string name, int atMost, CancellationToken cancel)
    {
        var call = new FhirCall(reach.Caller, reach, options.BaseUrl ?? "", own, clock)
        {
            Bodies = new BodyBudget(BodyBytes), Cancel = cancel,
        };
        var page = await reads.Search(call, "Patient", $"name={Uri.EscapeDataString(Escaped(name))}&_count={atMost}");
        if (page.Refusal is { } refusal) return refusal;
        return page.Value.Matches.Select(FactsOf).OfType<PatientFacts>().ToList();
    }

    // A comma would begin another value (R4 §3.1.1.4.9).
    private static string Escaped(string name) =>
        name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal)
            .Replace("$", "\\$", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal);

    private static PatientFacts? FactsOf(StoredResource stored)
    {
        if (stored.Body is not { } body) return null;
        using var document = JsonDocument.Parse(body);
        return ReadPatients.FactsOf(new PatientId(stored.Id), document.RootElement);
    }
}
