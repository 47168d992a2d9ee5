using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Authorization;
using Vagus.Access.Policies;
using Vagus.Access.Requests;
using Vagus.Access.Tenants;
using Vagus.Kernel;

namespace Vagus.Care.Alerts;

/// <summary>
/// <c>GET /api/alerts/metrics?from=&amp;until=</c>: how fast alerts were answered, in all, by type and by shift, and how many each
/// clinician had. Thirty days unless told otherwise. They are numbers only.
/// </summary>
internal sealed class ReadAlertMetrics(CountAlerts count, TenantSettings settings, IFindUsers users, TimeProvider clock)
{
    private static readonly TimeSpan Usual = TimeSpan.FromDays(30);

    public static void Map(IEndpointRouteBuilder alerts) =>
        alerts.MapGet("/metrics", (HttpContext http, ReadAlertMetrics use) => use.Answer(http))
            .RequireCaller(AlertActor.Roles)
            .AuditsNothing("it holds numbers of the organization, nothing of any patient");

    private async Task<Results<Ok<AlertMetricsAnswer>, ProblemHttpResult>> Answer(HttpContext http)
    {
        var query = ListQuery.Read(http.Request.Query, "from", "until");
        if (query.Refusal is { } invalid) return invalid.ToProblem();
        var now = clock.GetUtcNow();
        if (InstantOf(query.Value["from"], now - Usual) is not { } from) return NoInstant("from").ToProblem();
        if (InstantOf(query.Value["until"], now) is not { } until) return NoInstant("until").ToProblem();
        var (tenant, cancel) = (http.Caller().Tenant, http.RequestAborted);
        var shifts = AlertShifts.Of(
            await settings.Read(tenant, AlertShifts.Setting, cancel), await settings.Read(tenant, TenantSettings.TimeZone, cancel));
        var counted = await count.Between(tenant, from, until, shifts, cancel);
        return TypedResults.Ok(new AlertMetricsAnswer(
            from, until, shifts.Zone.Id, AlertTally.Of(counted.Groups.Values).ToFigures(),
            counted.By(group => group.Type), ByShift(counted, shifts), await Named(tenant, counted.People.ToFigures(), cancel)));
    }

    private static IReadOnlyDictionary<string, AlertFigures> ByShift(CountedAlerts counted, AlertShifts shifts)
    {
        string[] names = [.. shifts.Names];
        return counted.By(group => names[group.Shift]);
    }

    private async ValueTask<IReadOnlyList<ClinicianFigures>> Named(
        TenantId tenant, IReadOnlyList<ClinicianFigures> people, CancellationToken cancel)
    {
        var names = await users.NamesOf(tenant, [.. people.Select(person => person.UserId)], cancel);
        return [.. people.Select(person => person with { Name = names.GetValueOrDefault(person.UserId) })];
    }

    private static Refusal NoInstant(string name) => FieldRefusals.Wrong(name, "an instant such as 2026-11-26T09:00:00Z");

    private static DateTimeOffset? InstantOf(string? text, DateTimeOffset otherwise) =>
        text is null ? otherwise : Instants.OfQuery(text);
}

/// <summary>What was measured of the alerts that were raised in a span of time.</summary>
/// <param name="From">Its beginning.</param>
/// <param name="Until">Its end, which is not in it.</param>
/// <param name="TimeZone">That of the shifts.</param>
/// <param name="All">Of all alerts.</param>
/// <param name="ByType">Of each type that there was.</param>
/// <param name="ByShift">By when the shift begins in which they were raised.</param>
/// <param name="ByClinician">Those with the most alerts first, at most two hundred.</param>
internal sealed record AlertMetricsAnswer(
    DateTimeOffset From, DateTimeOffset Until, string TimeZone, AlertFigures All, IReadOnlyDictionary<string, AlertFigures> ByType,
    IReadOnlyDictionary<string, AlertFigures> ByShift, IReadOnlyList<ClinicianFigures> ByClinician);
