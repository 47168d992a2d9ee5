using Vagus.Clinic.Records;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Encounters;

/// <summary>
/// The parts of an encounter that were written since: its note, diagnoses and procedures are records of their own. The Encounter has a next
/// version by them, and nothing of it is different.
/// </summary>
internal static class EncounterPartsSince
{
    private const string Newest = "_sort=-_lastUpdated&_count=1";

    public static async ValueTask<Result<IReadOnlyList<string>>> Find(RecordCall call, FhirRecord encounter, DateTimeOffset since)
    {
        // Parts that were entered in error since count: they have left the list.
        var of = $"encounter={encounter.Reference}&{Newest}";
        (string Field, string Type, string Query)[] parts =
        [
            ("note", "DocumentReference", $"{of}&type={CodeSystems.Loinc}|{EncounterParts.NoteCode}"),
            ("diagnoses", "Condition", of),
            ("procedures", "Procedure", of),
        ];
        var changed = new List<string>();
        foreach (var (field, type, query) in parts)
        {
            var found = await call.Search(type, query);
            if (found.Refusal is { Kind: RefusalKind.Forbidden }) continue;
            if (found.Refusal is { } refusal) return refusal;
            if (found.Value.Items is [var newest, ..] && newest.UpdatedAt > since) changed.Add(field);
        }

        return changed;
    }
}
