using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Policies;
using Vagus.Messaging.Canned;
using Vagus.Messaging.Hours;
using Vagus.Messaging.Triage;

namespace Vagus.Messaging.Staff;

/// <summary><c>GET /options</c>: what the tenant has set that a screen of threads is made from.</summary>
internal sealed class ShowOptions(MessagingPolicies policies, TimeProvider clock)
{
    public static void Map(IEndpointRouteBuilder staff) => staff.MapGet("/options", (HttpContext http, ShowOptions use) => use.Run(http))
        .AuditsNothing("settings hold nothing of any patient");

    private async Task<Ok<OptionsAnswer>> Run(HttpContext http)
    {
        var (policy, now) = (await policies.Of(http.Caller().Tenant, http.RequestAborted), clock.GetUtcNow());
        return TypedResults.Ok(new OptionsAnswer(
            (int)policy.UndoWindow.TotalSeconds, policy.Labels, Placeholders.Variables, policy.Calendar.IsOpen(now),
            policy.Calendar.NextOpening(now), policy.Calendar.Shown));
    }
}

/// <param name="UndoSeconds">How long an answer may be taken back before it is sent.</param>
/// <param name="Labels">What threads may be labelled with.</param>
/// <param name="Variables">What may stand in braces in a canned response.</param>
/// <param name="Open">The clinic answers at this hour.</param>
/// <param name="OpensAt">When it opens next; this instant where it is open.</param>
/// <param name="Hours">Its business calendar; null where none is set and every hour counts as open.</param>
internal sealed record OptionsAnswer(
    int UndoSeconds, IReadOnlyList<ThreadLabel> Labels, IReadOnlyList<string> Variables, bool Open, DateTimeOffset OpensAt,
    HoursAnswer? Hours);
