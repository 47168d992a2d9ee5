using Vagus.Fhir.Search.Request;
using Vagus.Fhir.Store;

namespace Vagus.Fhir.Reading;

/// <summary>What a search found, and the queries by which this page and the next one are asked for.</summary>
internal sealed record SearchPage(SearchRequest Search, IReadOnlyList<StoredResource> Matches)
{
    /// <summary>What goes with the matches: <c>_include</c>, <c>_revinclude</c>.</summary>
    public IReadOnlyList<StoredResource> Included { get; init; } = [];

    /// <summary>Where the page ends; null on the last page.</summary>
    public string? Cursor { get; init; }

    public long? Total { get; init; }

    /// <inheritdoc cref="StoredResource.Notice"/>
    public string? Notice { get; init; }

    /// <summary>What the reader of the page must know: parameters that were left out, and that more was to be included.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>All that the page shows.</summary>
    public IEnumerable<StoredResource> Shown => Matches.Concat(Included);

    public string SelfQuery => Search.SelfQuery();

    /// <summary>Null on the last page.</summary>
    public string? NextQuery => Cursor is null ? null : Search.NextQuery(Cursor);
}
