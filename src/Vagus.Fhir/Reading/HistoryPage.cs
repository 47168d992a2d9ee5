using Vagus.Fhir.Store;

namespace Vagus.Fhir.Reading;

/// <summary>A part of a resource's history, newest first.</summary>
internal sealed record HistoryPage(IReadOnlyList<StoredResource> Versions, bool HasMore)
{
    /// <inheritdoc cref="StoredResource.Notice"/>
    public string? Notice { get; init; }
}
