using Vagus.Kernel;

namespace Vagus.Storage.Log;

/// <summary>Ids of patients as the log keeps them: with a blank between, which no FHIR id has.</summary>
internal static class PatientList
{
    public static string Write(IEnumerable<PatientId> patients) => string.Join(' ', patients.Select(patient => patient.Value));

    public static PatientId[] Parse(string list) =>
        [.. list.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => new PatientId(id))];
}
