using System.Collections.Concurrent;
using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.R4.Json;

namespace Vagus.Fhir.Store;

/// <summary>What a call is told of resources that it wrote. The entries of a batch share one and run side by side.</summary>
internal sealed class WriteWarnings
{
    private static readonly FhirIssue NotAllIndexed = new(
        IssueSeverity.Warning, "incomplete",
        $"The resource has more than {IndexedValues.MostValues} values by which it may be searched: it is not found by the others.", null);

    private readonly ConcurrentDictionary<(string Type, string Id), IReadOnlyList<FhirIssue>> known = [];
    private readonly ConcurrentDictionary<(string Type, string Id), FhirIssue> cut = [];

    public IReadOnlyList<FhirIssue> Of(StoredResource written)
    {
        var issues = known.GetValueOrDefault((written.Type, written.Id), []);
        return cut.TryGetValue((written.Type, written.Id), out var notAll) ? [.. issues, notAll] : issues;
    }

    /// <summary>Of this turn, in place of what a turn before it has told.</summary>
    public void Set(string type, string id, IReadOnlyList<FhirIssue> issues)
    {
        if (issues.Count > 0) known[(type, id)] = issues;
        else known.TryRemove((type, id), out _);
    }

    /// <summary>Whether all of the resource is indexed, likewise.</summary>
    public void SetIndexed(PreparedResource resource)
    {
        if (resource.Index.IsTruncated) cut[(resource.Type, resource.Id)] = NotAllIndexed;
        else cut.TryRemove((resource.Type, resource.Id), out _);
    }
}
