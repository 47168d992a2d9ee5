using Vagus.Access.Visibility;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Realtime.Requests;
using Vagus.Realtime.Sessions;
using Vagus.Realtime.Sockets;
using Vagus.SocketIO;

namespace Vagus.Realtime.Presence;

/// <summary>
/// <c>view { resource, mode: "viewing" | "editing" }</c>: tells colleagues who looks at the same thing. Repeating it renews the lease;
/// <c>mode: null</c>
/// ends it. Everyone who may know of the resource gets <c>presence { resource, viewers }</c> when that changes.
/// </summary>
internal sealed class ViewResource(
    ResourceSensitivity resources, TenantVisibilities visibilities, PresenceBoard board, RealtimeOptions options)
{
    public const string Viewing = "viewing";
    public const string Editing = "editing";

    public async ValueTask<Result<object>> Answer(SocketSession session, EventArguments arguments, CancellationToken cancel)
    {
        var fields = RequestFields.Read(LiveNamespace.Given(arguments), "resource", "mode");
        if (fields.IsRefused) return fields.Refusal!;
        var reference = fields.Value.Text("resource", atMost: 129);
        if (reference.IsRefused) return reference.Refusal!;
        var mode = fields.Value.Has("mode") ? fields.Value.Text("mode") : "";
        if (mode.IsRefused || mode.Value is not (Viewing or Editing or "")) return Refusals.Wrong("mode", "viewing, editing or null");
        if (!session.Views.Allows()) return Refusals.TooManyFrames;

        if (await ViewedResource.Find(resources, visibilities, session.Reach, reference.Value, cancel) is not { } resource)
        {
            return Refusals.NoSuchResource;
        }

        bool? changed = mode.Value.Length > 0 ? board.View(session, resource, mode.Value) : board.End(session, resource);
        if (changed is not { } isNew) return Refusals.TooManyViews(options.MaxViews);

        if (isNew) Tell(session.Feed!.Members.Sessions(), session.Caller.Tenant, resource);
        return new { ok = true, leaseSeconds = (int)options.PresenceLease.TotalSeconds,
            viewers = board.Viewers(session.Caller.Tenant, resource.Reference) };
    }

    public void Leave(SocketSession session)
    {
        foreach (var resource in board.EndAll(session))
        {
            if (session.Feed is { } feed) Tell(feed.Members.Sessions(), session.Caller.Tenant, resource);
        }
    }

    /// <summary>Tells the sockets of one tenant. The list holds no other tenant's, for a feed never does.</summary>
    public void Tell(IEnumerable<LiveConnection> sessions, TenantId tenant, ViewedResource resource)
    {
        EncodedEvent? encoded = null;
        foreach (var session in sessions.OfType<SocketSession>())
        {
            if (!resource.MayBeKnownTo(session.Reach)) continue;

            encoded ??= session.Socket.Namespace.Encode(
                "presence", new { resource = resource.Reference, viewers = board.Viewers(tenant, resource.Reference) });
            session.Socket.Send(encoded);
        }
    }
}
