using System.Diagnostics;

namespace Vagus.Storage.Writing;

/// <summary>
/// The spans of writing, under the source <c>Vagus.Storage</c>. A write's span is a child of its caller's; the commit that several writes
/// share has links to all of them. No span names a tenant.
/// </summary>
internal static class WriteSpans
{
    private static readonly ActivitySource Source = new("Vagus.Storage");

    /// <summary>From the call of a write to its answer; null when spans are not collected. The caller's current span stays.</summary>
    public static Activity? BeginWrite()
    {
        var caller = Activity.Current;
        var span = Source.StartActivity("write");
        Activity.Current = caller;
        return span;
    }

    public static Activity? BeginCommit(List<WaitingWrite> group)
    {
        if (!Source.HasListeners()) return null;

        var links = group.Select(write => write.Span).OfType<Activity>().Select(span => new ActivityLink(span.Context)).ToList();
        return Source.StartActivity("commit", ActivityKind.Internal, parentContext: default, links: links);
    }

    /// <summary>The lane's own span stays the current one.</summary>
    public static void End(Activity? span)
    {
        if (span is null) return;

        var lane = Activity.Current;
        span.Dispose();
        Activity.Current = lane;
    }
}
