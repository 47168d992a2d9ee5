using Vagus.Access.Authorization;
using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.Store;

namespace Vagus.Fhir.Live;

/// <summary>One version of a resource as open searches are asked of it: what its index rows hold, and what decides who sees it.</summary>
internal sealed record ResourceState(string Id, DateTimeOffset UpdatedAt, IndexedValues Values, RowFacts Facts);

/// <summary>What one change does to a resource: the version before it and its own. Null where there is none, or a deletion.</summary>
public sealed class ResourceMove
{
    private SearchKey[]? keys;

    internal ResourceMove(ResourceState? before, ResourceState? after, byte[]? content) =>
        (Before, After, Content) = (before, after, content);

    /// <summary>The content of the version that came to be.</summary>
    public byte[]? Content { get; }

    /// <summary>The content of the version before, for readers who asked for it; null for all others.</summary>
    internal byte[]? PreviousContent { get; init; }

    /// <summary>The values by which the open searches are found that it may concern, each once.</summary>
    public IReadOnlyList<SearchKey> Keys => keys ??= [.. KeysOf(Before).Concat(KeysOf(After)).Distinct()];

    /// <summary>How much memory it takes, about.</summary>
    public long Size => (2 * (Content?.Length ?? 0)) + 1024;

    internal ResourceState? Before { get; }

    internal ResourceState? After { get; }

    /// <summary>How the resource stands now, where something was narrowed since the change: it hides and never shows.</summary>
    internal ResourceNow? Now { get; init; }

    private static IEnumerable<SearchKey> KeysOf(ResourceState? state) => state is null ? [] : SearchKey.Of(state.Id, state.Values);
}

/// <summary>What a change does to the result of a search.</summary>
public enum SearchChangeKind
{
    /// <summary>It was not found before, and is not found now.</summary>
    None,
    Enter,
    Update,
    Leave,
}
