using Vagus.Fhir.Search.Request;
using Vagus.Fhir.Store;

namespace Vagus.Fhir.Reading;

/// <summary>What a search found, and the queries by which this page and the next one are asked for.</summary>
internal sealed record SearchPage(SearchRequest Search, IReadOnlyList<StoredResource> Matches, bool HasMore)
{
    public long? Total { get; init; }

    /// <inheritdoc cref="StoredResource.Notice"/>
    public string? Notice { get; init; }

    public string SelfQuery => Search.SelfQuery();

    /// <summary>Null on the last page.</summary>
    public string? NextQuery => HasMore ? Search.NextQuery(Matches[^1]) : null;
}
