using Vagus.Clinic.Requests;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Records;

/// <summary>What an earlier request with the same key has made.</summary>
internal static class MadeBefore
{
    /// <summary>Empty where there is no key, or nothing was made under it.</summary>
    public static async ValueTask<Result<List<FhirRecord>>> Find(RecordTurn turn, string type, RequestKey? key)
    {
        if (key is null) return new List<FhirRecord>();
        var found = await RelatedRecords.Known(turn, type, key.Query);
        if (found.Refusal is { } failed) return failed;
        if (found.Value.Any(record => Content(record) != key.Content)) return RequestKey.Reused;
        var made = new List<FhirRecord>();
        // The first that was made comes first.
        foreach (var record in found.Value.Reverse())
        {
            // What the caller does not see any more was made nevertheless.
            var current = await turn.Current(type, record.Id);
            if (current.Refusal is { } hidden) return hidden;
            made.Add(current.Value);
        }

        return made;
    }

    private static string? Content(FhirRecord record) => record.Json.Items("identifier")
        .FirstOrDefault(identifier => identifier.Text("system") == RequestKey.ContentSystem).Text("value");
}
