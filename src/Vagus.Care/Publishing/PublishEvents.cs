using System.Globalization;
using Vagus.Access.Audit;
using Vagus.Events;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage.Log;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Care.Publishing;

/// <summary>
/// Events that happened elsewhere enter the log: from <c>POST /api/events</c>, and from a bus. From there on they are events like any
/// other. Those that are valid enter in one transaction, in the order in which they came; an id that was published before is a repetition.
/// Who published is in the audit; the event names its own user.
/// </summary>
internal sealed class PublishEvents(GroupCommit commit)
{
    /// <summary>Events of one call.</summary>
    public const int Most = 1_000;

    private const long SweptAtOnce = 2 * Most;

    /// <summary>So long a repetition is known.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(90);

    /// <param name="publisher">A caller with the role <c>service</c>; others are refused.</param>
    /// <param name="origin">By which way they came.</param>
    /// <param name="events">As they were read, at most <see cref="Most"/>: what could not be read is answered as refused.</param>
    /// <param name="cancel">Ends the waiting for the commit.</param>
    /// <returns>What became of each, in order; or a refusal of all, which can be tried again.</returns>
    public async ValueTask<Result<IReadOnlyList<PublishedEvent>>> Run(
        Caller publisher, AuditOrigin origin, IReadOnlyList<CloudEventReading> events, CancellationToken cancel)
    {
        if (publisher.Role != Role.Service) return NotAService;
        if (events.Count > Most) return TooMany;
        var entries = events.Select(reading => (reading.Event?.Id, Checked: CheckEvent.Of(reading, publisher.Tenant))).ToList();
        return await commit.Write<IReadOnlyList<PublishedEvent>>(
            publisher.Tenant,
            async (write, stop) =>
            {
                var outcomes = new List<PublishedEvent>(entries.Count);
                foreach (var (id, entry) in entries) outcomes.Add(await Take(write, publisher.User, id, entry, stop));
                await write.Queue(Forget, [write.Tenant.Value, (write.At - Remembered).ToMicroseconds(), SweptAtOnce], stop);
                AuditTrail.Add(write, Entry(publisher, origin, entries.Select(each => each.Checked), outcomes));
                return outcomes;
            },
            cancel);
    }

    private static async ValueTask<PublishedEvent> Take(
        WriteTransaction write, UserId publisher, string? id, Result<CheckedEvent> entry, CancellationToken cancel)
    {
        if (entry.Refusal is { } refusal) return Rejected(id, refusal);
        var known = await write.Query(
            Find, [write.Tenant.Value, entry.Value.Sent.Id], row => (Position: row.GetInt64(0), Publisher: row.GetString(1)), cancel);
        // An id is one publisher's: another's event under it is another event, and must not vanish as a repetition.
        if (known is [var before])
        {
            return before.Publisher == publisher.Value
                ? new PublishedEvent(id, PublishedEvent.Duplicate) { Sequence = before.Position } : Rejected(id, IdTaken);
        }

        var draft = await Draft(write, entry.Value, cancel);
        if (draft.Refusal is { } contradicted) return Rejected(id, contradicted);
        var position = await write.Append(await NamedEvent.Of(write, draft.Value, cancel), cancel);
        write.Insert(
            PublishingTables.Rows, write.Tenant.Value, entry.Value.Sent.Id, publisher.Value, position, write.At.ToMicroseconds());
        return new PublishedEvent(id, PublishedEvent.Accepted) { Sequence = position };
    }

    /// <summary>
    /// About a resource that is kept here it is as hidden as that one: labels and release are those of the resource, and so are its
    /// patients.
    /// </summary>
    private static async ValueTask<Result<NewEvent>> Draft(WriteTransaction write, CheckedEvent entry, CancellationToken cancel)
    {
        var draft = new NewEvent(entry.Sent.Id, entry.Sent.Type, entry.Body)
        {
            Patients = entry.Patient is { } patient ? [new PatientId(patient)] : [],
            Resource = entry.Resource,
            UserId = entry.Sent.UserId,
            PortalType = entry.Sent.PortalType,
            CorrelationId = entry.Sent.CorrelationId,
            TraceParent = entry.Sent.TraceParent,
        };
        if (entry.Resource?.Split('/') is not [var type, var id, ..]) return draft;
        var asked = new AskedResource(type, id, 0);
        if (!(await ResourcesNow.Of(write, write.Tenant, [asked], cancel)).TryGetValue(asked, out var kept)) return draft;
        if (draft.Patients is [var named] && kept.Patients.Count > 0 && !kept.Patients.Contains(named)) return OfAnotherPatient;
        return draft with
        {
            Labels = kept.Labels,
            Released = kept.Released,
            // Also of a record without labels: what it is given later holds for the event too.
            Draws = [new EventDraw(type, id) { Labels = kept.Labels }],
        };
    }

    private static PublishedEvent Rejected(string? id, Refusal refusal) =>
        new(id, PublishedEvent.Rejected) { Error = new PublishedError(refusal.Code, refusal.Message) };

    private static AuditEntry Entry(
        Caller publisher, AuditOrigin origin, IEnumerable<Result<CheckedEvent>> entries, List<PublishedEvent> outcomes) =>
        AuditEntry.Of(AuditActions.PublishEvents, publisher, origin) with
        {
            On = "Event",
            Shown = [.. outcomes.Where(each => each.Outcome == PublishedEvent.Accepted).Select(
                each => string.Create(CultureInfo.InvariantCulture, $"{each.Id}/{each.Sequence}"))],
            Patients = [.. entries.Where(each => !each.IsRefused && each.Value.Patient is not null)
                .Select(each => new PatientId(each.Value.Patient!)).Distinct()],
            Detail = string.Join(',', outcomes.GroupBy(each => each.Outcome, StringComparer.Ordinal)
                .Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Key}={group.Count()}"))),
        };

    private static readonly Refusal NotAService = new(RefusalKind.Forbidden, "forbidden", "Events are published by services.");

    public static readonly Refusal TooMany = new(
        RefusalKind.Invalid, "too_many_values", $"At most {Most} events are published at once.");

    private static readonly Refusal IdTaken = new(
        RefusalKind.Conflict, "id_taken", "Another service has published an event with this id.");

    private static readonly Refusal OfAnotherPatient = new(
        RefusalKind.Invalid, "wrong_patient", "data.resource is the record of another patient.");

    private static readonly Statement Find = new("""
        select position, publisher_id
        from care_published_event
        where tenant_id = @tenant_id
          and event_id = @event_id
        """);

    private static readonly Statement Forget = new("""
        delete from care_published_event
        where tenant_id = @tenant_id
          and event_id in (
            select event_id
            from care_published_event
            where tenant_id = @tenant_id
              and published_at < @before
            order by published_at
            limit @limit)
        """);
}
