using System.Text.Json;
using Vagus.Access.Requests;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Records;

/// <summary>
/// What the people and places are called that records refer to, as far as the caller may read them. A record that is written keeps no copy
/// of a patient's name: the name is as sensitive as the Patient, also where the record is not.
/// </summary>
internal sealed class NamesOfRecords
{
    private static readonly string[] Types = ["Patient", "Practitioner", "Location"];
    private readonly Dictionary<string, string> names = new(StringComparer.Ordinal);

    private NamesOfRecords()
    {
    }

    /// <summary>Null where the caller does not see who it is, or it has no name.</summary>
    public string? Of(string type, string? id) => id is null ? null : names.GetValueOrDefault($"{type}/{id}");

    /// <summary>Looks up all references to people and places in these elements of the records.</summary>
    public static async ValueTask<Result<NamesOfRecords>> In(RecordCall call, IEnumerable<JsonElement> references)
    {
        var known = new NamesOfRecords();
        var asked = references.SelectMany(reference => Types.Select(type => (Type: type, Id: reference.IdOf(type))))
            .Where(each => each.Id is not null).Distinct().ToLookup(each => each.Type, each => each.Id, StringComparer.Ordinal);
        foreach (var type in asked)
        {
            foreach (var ids in type.Chunk(ListQuery.Most))
            {
                var found = await call.Search(type.Key, $"_id={string.Join(',', ids)}&_count={ListQuery.Most}");
                if (found.Refusal is { Kind: RefusalKind.Unavailable } unrecorded) return unrecorded;
                if (found.IsRefused) continue;
                foreach (var record in found.Value.Items) known.Add(record);
            }
        }

        return known;
    }

    /// <summary>Of records that are at hand.</summary>
    public static NamesOfRecords Among(params IEnumerable<FhirRecord> records)
    {
        var known = new NamesOfRecords();
        foreach (var record in records) known.Add(record);
        return known;
    }

    private void Add(FhirRecord record)
    {
        if (PersonNames.Of(record.Json) is { } name) names[record.Reference] = name;
    }
}
