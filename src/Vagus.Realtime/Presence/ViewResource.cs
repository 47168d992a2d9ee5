using System.Text.Json;
using Vagus.Access.Visibility;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Realtime.Feed;
using Vagus.Realtime.Requests;

namespace Vagus.Realtime.Presence;

/// <summary>
/// <c>view { resource, mode: "viewing" | "editing" }</c>: tells colleagues who looks at the same thing. Repeating it renews the lease;
/// <c>mode: null</c>
/// ends it. Everyone who may know of the resource gets <c>presence { resource, viewers }</c> when that changes.
/// </summary>
internal sealed class ViewResource(
    ResourceLabels resources, IKnowThreads threads, TenantPolicies visibilities, PresenceBoard board, Feeds feeds, RealtimeOptions options)
{
    public const string Viewing = "viewing";
    public const string Editing = "editing";

    /// <param name="connection">Who views.</param>
    /// <param name="pace">How often the connection may change what it views: every change is told to many.</param>
    /// <param name="request">What the client sent.</param>
    /// <param name="cancel">Ends the reading.</param>
    public async ValueTask<Result<object>> Run(
        LiveConnection connection, TokenBucket pace, JsonElement request, CancellationToken cancel)
    {
        var fields = RequestFields.Read(request, "resource", "mode");
        if (fields.IsRefused) return fields.Refusal!;
        var reference = fields.Value.Text("resource", atMost: 129);
        if (reference.IsRefused) return reference.Refusal!;
        var mode = fields.Value.Has("mode") ? fields.Value.Text("mode") : "";
        if (mode.IsRefused || mode.Value is not (Viewing or Editing or "")) return FieldRefusals.Wrong("mode", "viewing, editing or null");
        if (!pace.Allows()) return Refusals.TooManyFrames;

        if (await ViewedResource.Find(resources, threads, visibilities, connection.Reach, reference.Value, cancel)
            is not { } resource)
            return Refusals.NoSuchResource;

        bool? changed = mode.Value.Length > 0 ? board.View(connection, resource, mode.Value) : board.End(connection, resource);
        if (changed is not { } isNew) return Refusals.TooManyViews(options.MaxViews);

        if (isNew) Tell(connection.Caller.Tenant, resource);
        return new { ok = true, leaseSeconds = (int)options.PresenceLease.TotalSeconds,
            viewers = board.Viewers(connection.Caller.Tenant, resource.Reference) };
    }

    public void Leave(LiveConnection connection)
    {
        foreach (var resource in board.EndAll(connection)) Tell(connection.Caller.Tenant, resource);
    }

    /// <summary>Tells the connections of one tenant. The list holds no other tenant's, for a feed never does.</summary>
    public void Tell(TenantId tenant, ViewedResource resource)
    {
        var presence = new EphemeralEvent(
            "presence", new { resource = resource.Reference, viewers = board.Viewers(tenant, resource.Reference) });
        foreach (var connection in feeds.SessionsOf(tenant))
        {
            if (resource.MayBeKnownTo(connection.Reach)) connection.Tell(presence);
        }
    }
}
