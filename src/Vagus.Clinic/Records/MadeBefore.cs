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
        var found = await RelatedRecords.Within(turn, type, key.Query);
        if (found.IsRefused || found.Value.All(record => Content(record) == key.Content)) return found;
        return RequestKey.Reused;
    }

    private static string? Content(FhirRecord record) => record.Json.Items("identifier")
        .FirstOrDefault(identifier => identifier.Text("system") == RequestKey.ContentSystem).Text("value");
}
