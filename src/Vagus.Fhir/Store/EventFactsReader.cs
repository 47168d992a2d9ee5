using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Access.Visibility;
using Vagus.Kernel;
using Vagus.Storage.Log;

namespace Vagus.Fhir.Store;

/// <summary>
/// What decides who may see an event, read from the columns of its row. Where the row was read together with how things stand now, that is
/// taken into account: it hides and never shows. A row that cannot be read counts as not released and as without patients.
/// </summary>
public sealed record EventFactsReader(EventFacts Whole, EventFacts Open, EventFacts? Former)
{
    /// <param name="logged">The row.</param>
    /// <param name="change">Set for <c>resource.*</c>.</param>
    /// <param name="data">The event's data.</param>
    /// <param name="now">The resources as they stand now; null where nothing was narrowed since.</param>
    public static EventFactsReader Read(
        LoggedEvent logged, ResourceEvent? change, JsonElement data, IReadOnlyDictionary<AskedResource, ResourceNow>? now)
    {
        var about = AboutOf(logged, change);
        var stored = new EventFacts(logged.Type)
        {
            Patients = logged.Patients,
            ResourceType = change?.Type,
            Released = logged.Released ?? ReleasedByData(change, data, about, now),
            Participation = ParticipationOf(logged.Audience),
        };
        var whole = stored with
        {
            Labels = logged.Labels,
            Released = stored.Released && !logged.Draws.Any(draw => draw.NotForPatients),
        };
        var own = logged.Draws.FirstOrDefault(draw => draw.Type == about?.Type && draw.Id == about?.Id)?.Labels ?? Sensitivity.None;
        var open = stored with { Labels = own };
        if (now is not null && ThreadOf(logged) is { } thread && now.GetValueOrDefault(thread) is { Thread: { } current })
            (whole, open) = (Now(whole, current), Now(open, current));
        return new EventFactsReader(
            Now(whole, about, logged.Draws, now),
            Now(open, about, logged.Draws.Where(draw => !draw.NotForPatients && own.Cover(draw.Labels)), now),
            FormerOf(logged, change));
    }

    /// <summary>What must be asked to know how an event of this row stands now.</summary>
    public static IEnumerable<AskedResource> AskedFor(LoggedEvent logged)
    {
        if (AboutOf(logged, change: null) is { } about) yield return about;
        if (ThreadOf(logged) is { } thread) yield return thread;
        foreach (var draw in logged.Draws) yield return new AskedResource(draw.Type, draw.Id, 0);
    }

    /// <summary>Who left a thread, or lost sight of its category, is told no more of what happened in it before.</summary>
    private static EventFacts Now(EventFacts facts, Participation thread) =>
        facts.Participation is { Kind: { } kind } then && kind == thread.Kind
            ? facts with
            {
                Participation = thread with { Participants = [.. then.Participants.Where(thread.Participants.Contains)] },
            }
            : facts;

    private static EventFacts Now(
        EventFacts facts, AskedResource? about, IEnumerable<EventDraw> draws, IReadOnlyDictionary<AskedResource, ResourceNow>? now)
    {
        if (now is null) return facts;
        if (about is { } asked && now.TryGetValue(asked, out var itself))
        {
            facts = Narrowed(facts, itself, isShared: false);
            if (asked.Type is "Task" or "Communication" && facts.Participation is { Kind: null } parties)
            {
                facts =
                    facts with { Participation = parties with { Participants = [.. parties.Participants.Where(itself.Parties.Contains)] } };
            }
        }

        foreach (var draw in draws)
        {
            if (now.TryGetValue(new AskedResource(draw.Type, draw.Id, 0), out var drawn))
                facts = Narrowed(facts, drawn, RoleGrants.Shared.Contains(draw.Type));
        }

        return facts;
    }

    private static EventFacts Narrowed(EventFacts facts, ResourceNow now, bool isShared) => facts with
    {
        Labels = facts.Labels | now.Labels,
        Released = facts.Released && now.Released,
        Patients = isShared ? facts.Patients : [.. facts.Patients.Where(now.Patients.Contains)],
    };

    /// <summary>
    /// Rows from before the column: results say it in their data, a change of a resource is judged by how its version stands.
    /// </summary>
    private static bool ReleasedByData(
        ResourceEvent? change, JsonElement data, AskedResource? about, IReadOnlyDictionary<AskedResource, ResourceNow>? now)
    {
        if (change is not null) return about is { } asked && now?.GetValueOrDefault(asked) is { Released: true };
        return !data.TryGetProperty("released"u8, out var released) || released.ValueKind == JsonValueKind.True;
    }

    private static EventFacts? FormerOf(LoggedEvent logged, ResourceEvent? change)
    {
        if (change is null || logged.Narrows is not { WasVisible: true } before) return null;
        return new EventFacts(logged.Type)
        {
            Patients = before.Patients,
            Labels = before.Labels,
            ResourceType = change.Type,
            Released = before.Released,
            Participation = ParticipationOf(before.Audience),
        };
    }

    private static Participation? ParticipationOf(EventAudience? audience) =>
        audience is null ? null : new Participation(audience.Kind, audience.Category, audience.Participants);

    private static AskedResource? AboutOf(LoggedEvent logged, ResourceEvent? change)
    {
        if (logged.Resource?.Split('/') is [var type, var id, "_history", var version])
            return new AskedResource(type, id, VersionOf(version));
        // A publisher may name the record without its version.
        if (logged.Resource?.Split('/') is [var of, var named]) return new AskedResource(of, named, 0);
        return change is null ? null : new AskedResource(change.Type, change.Id, VersionOf(change.Version));
    }

    /// <summary>The thread that an event tells of: its kind stands in the audience, its id in the data.</summary>
    private static AskedResource? ThreadOf(LoggedEvent logged)
    {
        if (logged.Audience is not { Kind: not null }) return null;
        try
        {
            var data = JsonElement.Parse(logged.Body);
            return data.ValueKind == JsonValueKind.Object && data.TryGetProperty("threadId"u8, out var id)
                && id.ValueKind == JsonValueKind.String ? AskedResource.OfThread(id.GetString() ?? "") : null;
        }
        catch (JsonException)
        {
            // It is told nowhere, and must not stop what comes after it.
            return null;
        }
    }

    private static long VersionOf(string text) =>
        long.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var version)
            ? version : 0;
}
