using System.Text.Json;
using Microsoft.Extensions.Logging;
using Vagus.Access.Sessions;
using Vagus.Kernel;
using Vagus.Realtime.Feed;
using Vagus.Realtime.Requests;
using Vagus.Realtime.Sessions;

namespace Vagus.Realtime.RawSockets;

/// <summary>
/// <c>authenticate { token, client_id?, since? }</c>: the first frame. With the <c>client_id</c> of an earlier connection and <c>since</c> the
/// subscriptions of that connection go on from there, if they are still known: <c>welcome</c> says so in <c>resumed</c>. Later it renews the token.
/// </summary>
internal sealed class AuthenticateRaw(LiveSessions sessions, Feeds feeds, AbsentClients absent, IdSource ids, TimeProvider clock, ILogger<Replays> logger)
{
    private const int MaxToken = 8 * 1024;

    public async ValueTask<Refusal?> Begin(RawConnection connection, JsonElement data)
    {
        var fields = RequestFields.Read(data, "token", "client_id", "since");
        if (fields.IsRefused) return fields.Refusal;
        var since = fields.Value.Position("since");
        if (since.IsRefused) return since.Refusal;
        var admission = await Admit(fields.Value, connection.Gone);
        if (admission.IsRefused) return admission.Refusal;

        var claimed = fields.Value.Has("client_id") ? fields.Value.Text("client_id") : "";
        if (claimed.IsRefused) return claimed.Refusal;
        var known = claimed.Value.Length > 0 ? absent.Take(admission.Value.Caller, claimed.Value) : null;
        var id = known is null ? ids.NewId() : claimed.Value;
        var session = connection.Session = new RawSession(id, admission.Value, connection.Outgoing, clock, connection.Gone);
        if (known is { Asked: { } asked } && since.Value is { } position) await Resume(connection, session, asked, position);
        else await Welcome(session, resumed: false);
        return null;
    }

    public async ValueTask<Refusal?> Renew(RawConnection connection, JsonElement data)
    {
        var fields = RequestFields.Read(data, "token", "client_id", "since");
        if (fields.IsRefused) return fields.Refusal;
        var admission = await Admit(fields.Value, connection.Gone);
        if (admission.IsRefused) return admission.Refusal;

        var session = connection.Session!;
        if (!session.Renew(admission.Value)) return Refusals.AnotherCaller;

        await feeds.EndIfOver(session, connection.Gone);
        session.Say("authenticated", json => json.WriteString("expires_at"u8, session.ExpiresAt.UtcDateTime));
        return null;
    }

    private async ValueTask<Outcome<Admission>> Admit(RequestFields fields, CancellationToken cancel)
    {
        var token = fields.Text("token", MaxToken);
        return token.IsRefused ? token.Refusal! : await sessions.AdmitToken(token.Value, cancel);
    }

    private async ValueTask Welcome(RawSession session, bool resumed)
    {
        var (feed, position) = await feeds.Join(session, wantsAll: false, session.Gone);
        session.Feed = feed;
        Say(session, position, resumed);
    }

    private async ValueTask Resume(RawConnection connection, RawSession session, IReadOnlyList<(string Id, EventFilter Filter)> asked, long since)
    {
        await Welcome(session, resumed: true);
        // Each subscription is replayed as if it were asked for now: what two of them match comes once.
        foreach (var (id, filter) in asked)
        {
            var subscribed = await session.Feed!.SubscribeSince(session, id, filter, since, connection.Gone);
            if (subscribed.Resume is { } resume) session.CatchUp(() => Replays.Run(session, session.Feed, resume, logger, connection.Gone));
        }
    }

    private static void Say(RawSession session, long position, bool resumed) => session.Say("welcome", json =>
    {
        json.WriteString("client_id"u8, session.ClientId);
        json.WriteNumber("sequence"u8, position);
        json.WriteBoolean("resumed"u8, resumed);
    });
}
