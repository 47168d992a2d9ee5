using System.Collections.Concurrent;
using Vagus.Fhir.R4.Json;

namespace Vagus.Fhir.Store;

/// <summary>What a call is told of resources that it wrote. The entries of a batch share one and run side by side.</summary>
internal sealed class WriteWarnings
{
    private readonly ConcurrentDictionary<(string Type, string Id), IReadOnlyList<FhirIssue>> known = [];

    public IReadOnlyList<FhirIssue> Of(StoredResource written) => known.GetValueOrDefault((written.Type, written.Id), []);

    /// <summary>Of this turn, in place of what a turn before it has told.</summary>
    public void Set(string type, string id, IReadOnlyList<FhirIssue> issues)
    {
        if (issues.Count > 0) known[(type, id)] = issues;
        else known.TryRemove((type, id), out _);
    }
}
