using Vagus.Fhir.Live;
using Vagus.Fhir.Store;

namespace Vagus.Realtime.Feed;

/// <summary>What one change of the log does to the result of a search that a session keeps open.</summary>
/// <param name="Subscription">The search's subscription.</param>
/// <param name="Kind">Enter, update or leave.</param>
/// <param name="Change">The change.</param>
/// <param name="Resource">The resource as the change left it; null where it left the result.</param>
/// <param name="Position">The place of the change in the log.</param>
internal sealed record SearchChange(string Subscription, SearchChangeKind Kind, ResourceEvent Change, byte[]? Resource, long Position)
{
    public const string Name = "search_changed";

    public string Word => Kind switch
    {
        SearchChangeKind.Enter => "enter",
        SearchChangeKind.Update => "update",
        _ => "leave",
    };
}
