using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Authorization;
using Vagus.Access.Policies;
using Vagus.Access.Requests;
using Vagus.Access.Visibility;
using Vagus.Care.Seeing;
using Vagus.Kernel;
using Vagus.Storage;

namespace Vagus.Care.Alerts;

/// <summary>
/// <c>GET /api/alerts?state=&amp;owner=&amp;patientId=</c>: the newest first, each in the form that the caller may see it in now, with its
/// timeline. <c>owner=me</c> is the caller.
/// </summary>
internal sealed class ReadAlerts(Database database, TenantPolicies policies, AuditTrail trail)
{
    /// <summary>So many alerts are looked at for one page; a caller who may see few of them pages on.</summary>
    private const int MostLookedAt = 1_000;

    public static void Map(IEndpointRouteBuilder alerts) =>
        alerts.MapGet("/", (HttpContext http, ReadAlerts use) => use.Answer(http))
            .RequireCaller([.. AlertActor.Roles, Role.Service])
            .Audits(AuditActions.ReadAlerts);

    private async Task<Results<Ok<AlertPage>, ProblemHttpResult>> Answer(HttpContext http)
    {
        var query = ListQuery.Read(http.Request.Query, "state", "owner", "patientId");
        if (query.Refusal is { } invalid) return invalid.ToProblem();
        if (query.Value.RefuseCursor() is { } noCursor) return noCursor.ToProblem();
        if (query.Value["state"] is { } state && !AlertState.All.Contains(state))
            return FieldRefusals.Wrong("state", $"one of {string.Join(", ", AlertState.All)}").ToProblem();
        var (reach, cancel) = (http.Reach(), http.RequestAborted);
        var owner = query.Value["owner"] == "me" ? reach.Caller.User.Value : query.Value["owner"];
        var filter = new AlertFilter(query.Value["state"], owner, query.Value["patientId"]);
        var (seen, next) = await Look(reach, filter, query.Value, cancel);

        var entry = AuditActor.Of(http).Entry(AuditActions.ReadAlerts) with
        {
            On = "Alert",
            Shown = [.. seen.Select(each => $"{each.Alert.Id}/{each.Alert.Steps}")],
            Patients = [.. seen.SelectMany(each => each.Alert.Source.Patients).Distinct().Select(id => new PatientId(id))],
        };
        if (await trail.Append(reach.Tenant, entry) is { } unaudited) return unaudited.ToProblem();
        var shown = seen.Select(each => each.Alert.Id).ToList();
        var steps = await AlertStore.StepsOf(database, reach.Tenant, shown, cancel);
        var deliveries = await AlertDeliveries.Of(database, reach.Tenant, shown, cancel);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new AlertPage(
            [
                // The alert may have gone on between the two readings: its timeline ends where it stood.
                .. seen.Select(each => AlertAnswer.Of(each.Alert, each.Form, steps[each.Alert.Id].Take((int)each.Alert.Steps)) with
                {
                    Deliveries = [.. deliveries[each.Alert.Id]],
                }),
            ],
            next));
    }

    private async ValueTask<(List<(Alert Alert, SeenForm Form)> Seen, string? Next)> Look(
        Reach reach, AlertFilter filter, ListQuery query, CancellationToken cancel)
    {
        var policy = await policies.Of(reach.Tenant, cancel);
        var (seen, before) = (new List<(Alert, SeenForm)>(), query.Cursor);
        for (var looked = 0; looked < MostLookedAt;)
        {
            var page = await AlertStore.Page(database, reach.Tenant, filter, before, query.Limit, cancel);
            var sight = await Sight.Of(database, reach.Tenant, policy, page.Select(alert => alert.Source), cancel);
            foreach (var alert in page)
            {
                (before, looked) = (alert.Id, looked + 1);
                if (FormFor(reach, sight, alert, filter) is { } form) seen.Add((alert, form));
                if (seen.Count == query.Limit) return (seen, before);
            }

            if (page.Count < query.Limit) return (seen, null);
        }

        return (seen, before);
    }

    /// <summary>
    /// Null: not seen. A question for one patient's alerts is not answered with one whose patient the caller may not know: the answer would
    /// say whose it is.
    /// </summary>
    private static SeenForm? FormFor(Reach reach, Sight sight, Alert alert, AlertFilter filter)
    {
        var form = sight.SeenBy(reach, alert.Source, AlertAnswer.SeenAs);
        if (filter.Patient is not null && form != SeenForm.Whole) return null;
        if (form != SeenForm.None) return form;
        return alert.Owner is { IsHidden: true } owner && owner.UserId == reach.Caller.User.Value ? SeenForm.None : null;
    }
}

/// <summary>One page, the newest first; <paramref name="NextCursor"/> names where the next one begins, null on the last.</summary>
internal sealed record AlertPage(IReadOnlyList<AlertAnswer> Items, string? NextCursor);
