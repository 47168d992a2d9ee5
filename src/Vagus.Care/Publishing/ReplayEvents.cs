using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Authorization;
using Vagus.Access.Policies;
using Vagus.Access.Requests;
using Vagus.Access.Visibility;
using Vagus.Kernel;
using Vagus.Storage.Log;

namespace Vagus.Care.Publishing;

/// <summary>
/// <c>GET /api/events?since=&amp;types=&amp;patientId=&amp;limit=&amp;wait=</c>: the log for those who poll, each event in the form that
/// the caller may see it in now. With <c>wait</c> the answer comes as soon as there is something, or after so many seconds. Each page is
/// recorded with the patients whom it shows before it is answered: the log that it is of ends sooner than the audit.
/// </summary>
internal sealed class ReplayEvents(
    ReadLog reader, EventLog log, LogSignal signal, EventWaits waits, TenantPolicies policies, AuditTrail trail, TimeProvider clock)
{
    private const int LongestWait = 30;
    private const int MostTypes = 100;

    public static void Map(IEndpointRouteBuilder events) =>
        events.MapGet("/", (HttpContext http, ReplayEvents use) => use.Answer(http))
            .RequireCaller()
            .Audits(AuditActions.Replay);

    private async Task<Results<Ok<ReplayedEvents>, ProblemHttpResult>> Answer(HttpContext http)
    {
        var asked = Read(http.Request.Query);
        if (asked.Refusal is { } invalid) return invalid.ToProblem();
        var question = asked.Value;
        http.Response.Headers.CacheControl = "no-store";
        var first = await Look(http.Reach(), question, http.RequestAborted);
        if (question.Wait == TimeSpan.Zero || first.Items.Count > 0 || first.Gap is not null) return await Show(http, question, first);
        var later = await waits.Within(http.Caller(), () => Wait(http, question with { Since = first.LastSequence }));
        if (later.Refusal is { } busy)
        {
            http.Response.Headers.RetryAfter = "1";
            return busy.ToProblem();
        }

        return later.Value.Refusal is { } refused ? refused.ToProblem() : await Show(http, question, later.Value.Value);
    }

    private async ValueTask<Results<Ok<ReplayedEvents>, ProblemHttpResult>> Show(
        HttpContext http, ReplayQuestion question, ReplayedEvents page)
    {
        var types = question.Types?.Count.ToString(CultureInfo.InvariantCulture) ?? "all";
        IEnumerable<PatientId> asked = question.Patient is { } patient ? [new PatientId(patient)] : [];
        var entry = AuditActor.Of(http).Entry(AuditActions.Replay) with
        {
            On = "Event",
            Patients = [.. asked.Union(page.Patients)],
            Detail = $"since={question.Since},types={types},last={page.LastSequence},events={page.Items.Count}",
        };
        return await trail.Append(http.Caller().Tenant, entry) is { } unaudited ? unaudited.ToProblem() : TypedResults.Ok(page);
    }

    /// <summary>
    /// Looks again whenever the log has grown; a signal that was lost is made good by the last look. What is found is shown to the caller
    /// as its credential reaches by then, and not as it did when it asked.
    /// </summary>
    private async ValueTask<Result<ReplayedEvents>> Wait(HttpContext http, ReplayQuestion question)
    {
        var (reach, aborted) = (http.Reach(), http.RequestAborted);
        using var limit = new CancellationTokenSource(question.Wait, clock);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, aborted);
        // Free at first: the log may have grown between the look before and the observer. Not disposed: an observer that is under way when
        // the wait ends may still release it.
        var grown = new SemaphoreSlim(1);
        using var watching = signal.Observe((tenant, _) =>
        {
            if (tenant == reach.Tenant && grown.CurrentCount == 0) grown.Release();
        });
        while (true)
        {
            var isLast = !await Grew(grown, over.Token);
            aborted.ThrowIfCancellationRequested();
            var found = await Look(reach, question, aborted);
            if (found.Items.Count > 0)
            {
                var now = await http.ReachNow();
                return now.Refusal is { } refused ? refused : await Look(now.Value, question, aborted);
            }

            if (isLast || found.Gap is not null) return found;
            question = question with { Since = found.LastSequence };
        }
    }

    private static async ValueTask<bool> Grew(SemaphoreSlim grown, CancellationToken over)
    {
        try
        {
            await grown.WaitAsync(over);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async ValueTask<ReplayedEvents> Look(Reach reach, ReplayQuestion question, CancellationToken cancel)
    {
        var extent = await log.Extent(reach.Tenant, cancel);
        var since = question.Since;
        ReplayGap? gap = null;
        if (!extent.Holds(since))
        {
            gap = since > extent.Last ? new ReplayGap(extent.Oldest, extent.Last) : new ReplayGap(since + 1, extent.Oldest - 1);
            since = gap.To;
        }

        var found = await reader.Read(reach, await policies.Of(reach.Tenant, cancel), question with { Since = since }, cancel);
        return found with { Gap = gap };
    }

    private static Result<ReplayQuestion> Read(IQueryCollection given)
    {
        var query = ListQuery.Read(given, "since", "types", "patientId", "wait");
        if (query.Refusal is { } invalid) return invalid;
        var (since, wait) = (query.Value.Position("since"), query.Value.Position("wait"));
        if ((since.Refusal ?? wait.Refusal) is { } wrong) return wrong;
        if (wait.Value > LongestWait) return FieldRefusals.Wrong("wait", $"at most {LongestWait} seconds");
        var types = query.Value["types"]?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (types?.Length > MostTypes) return FieldRefusals.TooMany("types", MostTypes);
        if (types?.FirstOrDefault(name => !ReplayQuestion.IsKnown(name)) is not null)
            return FieldRefusals.Wrong("types", "names of events, or of families such as lab.*");
        return new ReplayQuestion(since.Value, types, query.Value["patientId"], query.Value.Limit, TimeSpan.FromSeconds(wait.Value));
    }
}

/// <summary>What a page of the log shows; <paramref name="LastSequence"/> is the next <c>since</c>.</summary>
internal sealed record ReplayedEvents(IReadOnlyList<JsonElement> Items, long LastSequence)
{
    /// <summary>Whom the events tell of, for the audit.</summary>
    [JsonIgnore]
    public IReadOnlyCollection<PatientId> Patients { get; init; } = [];

    /// <summary>What was asked for and is not in the log any more: the caller loads anew.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ReplayGap? Gap { get; init; }
}

internal sealed record ReplayGap(long From, long To);
