using Vagus.Clinic.Records;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Biopsies;

/// <summary>
/// The fields of a biopsy's specimen that are different since: the order has a next version by them, and nothing of it is different.
/// </summary>
internal static class SpecimenPartsSince
{
    // A specimen is taken, described and sent. Of one with more versions since, all its fields are told.
    private const int MostVersions = 20;

    public static async ValueTask<Result<IReadOnlyList<string>>> Find(RecordCall call, FhirRecord order, DateTimeOffset since)
    {
        var specimens = await RelatedRecords.Of(call, "Specimen", "_id", BiopsyFile.SpecimensOf(order));
        if (specimens.Refusal is { } unread) return unread;
        if (specimens.Value.MaxBy(each => (each.UpdatedAt, each.Id)) is not { } now || now.UpdatedAt <= since) return Array.Empty<string>();
        var before = await VersionAt(call, now, since);
        if (before.Refusal is { } refusal) return refusal;
        var (seen, current) = (FieldsOf(before.Value), FieldsOf(now));
        return current.Keys.Where(name => !Equals(seen[name], current[name])).ToList();
    }

    /// <summary>Null where there was no specimen then.</summary>
    private static async ValueTask<Result<FhirRecord?>> VersionAt(RecordCall call, FhirRecord specimen, DateTimeOffset at)
    {
        for (var version = specimen.Version - 1; version > 0 && version >= specimen.Version - MostVersions; version--)
        {
            var before = await call.ReadVersion(specimen.Type, specimen.Id, version);
            if (before.Refusal is { } unread) return unread;
            if (before.Value.UpdatedAt <= at) return before.Value;
        }

        return (FhirRecord?)null;
    }

    private static Dictionary<string, object?> FieldsOf(FhirRecord? specimen) => new(StringComparer.Ordinal)
    {
        ["specimen"] = specimen?.Json.Concept("type"),
        ["collectedAt"] = specimen is null ? null : SpecimenRecord.TakenAt(specimen.Json),
        ["sentAt"] = specimen is null ? null : SpecimenRecord.SentAt(specimen.Json),
    };
}
