using Vagus.Access.Audit;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Auditing;

/// <summary>
/// What the audit says of records that leave the organization (45 CFR 164.528): to whom, of which type and of whom. An entry is of one
/// type, so that an account names no type of another patient alone; the versions stand in the entry of what gave them, which is of
/// the same transaction.
/// </summary>
internal static class Disclosures
{
    private const int PatientsPerEntry = 1_000;
    private const string Mark = ",to=";

    /// <param name="call">With whose rights it is given.</param>
    /// <param name="on">What gives it: <c>Export/1</c>.</param>
    /// <param name="to">The id of a user, or the origin of an address.</param>
    /// <param name="given">What is given, each with those whom it concerns.</param>
    public static IEnumerable<AuditEntry> Of(
        FhirCall call, string on, string to, IEnumerable<(string Type, IEnumerable<PatientId> Patients)> given)
    {
        // 164.528(a)(1)(ii): what patients have sent to themselves, or to whom they say, is their own access.
        if (call.Caller.Role == Role.Patient) yield break;
        foreach (var type in given.GroupBy(each => each.Type, StringComparer.Ordinal))
        {
            foreach (var patients in type.SelectMany(each => each.Patients).Distinct().Chunk(PatientsPerEntry))
            {
                yield return FhirEntries.Of(call, AuditActions.Disclose, on) with
                {
                    Patients = patients, Detail = $"type={type.Key}{Mark}{to}",
                };
            }
        }
    }

    /// <summary>To whom the entry says that it was given; null where it says nothing of it.</summary>
    public static string? RecipientOf(AuditEntry entry) =>
        entry.Action == AuditActions.Disclose && entry.Detail is { } detail
            && detail.IndexOf(Mark, StringComparison.Ordinal) is >= 0 and var at ? detail[(at + Mark.Length)..] : null;
}
