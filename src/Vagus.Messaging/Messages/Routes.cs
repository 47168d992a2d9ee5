using Vagus.Access.Authorization;
using Vagus.Kernel;
using Vagus.Messaging.Threads;
using Vagus.Messaging.Triage;

namespace Vagus.Messaging.Messages;

/// <summary>Where a thread goes by the rule for its category, with who is there to have it.</summary>
/// <param name="Team">Null: the rule names none.</param>
/// <param name="AssignedTo">Null: nobody by name.</param>
/// <param name="CoveredFor">Whom the rule names, where that one is away: see <see cref="ThreadRow.CoveredFor"/>.</param>
/// <param name="Priority">Null: the rule names none.</param>
internal sealed record Route(string? Team, string? AssignedTo, string? CoveredFor, string? Priority)
{
    /// <summary>A thread that begins. Staff go on with what they begin, so theirs takes the team alone.</summary>
    public ThreadRow Begin(ThreadRow thread, bool fromPatient) => fromPatient
        ? thread with
        {
            Team = Team, AssignedTo = AssignedTo, CoveredFor = CoveredFor, Priority = Priority ?? thread.Priority,
        }
        : thread with { Team = Team };

    /// <summary>A thread that has come to the category. Who has it keeps it.</summary>
    /// <param name="thread">With its new category.</param>
    /// <param name="keepsTeam">The team was named with the change.</param>
    /// <param name="keepsAssignee">The assignee was named with the change.</param>
    public ThreadRow Move(ThreadRow thread, bool keepsTeam, bool keepsAssignee)
    {
        var next = keepsTeam ? thread : thread with { Team = Team ?? thread.Team };
        return keepsAssignee || thread.AssignedTo is not null ? next : next with { AssignedTo = AssignedTo, CoveredFor = CoveredFor };
    }
}

/// <summary>
/// Works out where a thread goes. Whom the rule names may have left, or may not see the category any more: then the thread goes to the team
/// without an assignee.
/// </summary>
internal sealed class Routes(Coverage coverage, IFindUsers users)
{
    /// <summary>Null where the tenant has no rule for the thread's category.</summary>
    public async ValueTask<Route?> Of(ThreadRow thread, MessagingPolicy policy, CancellationToken cancel)
    {
        if (thread.Kind != ThreadKind.Patient || policy.RuleOf(thread.Category) is not { } rule) return null;
        var route = new Route(rule.Team, null, null, rule.Priority);
        if (rule.AssignTo is not { } user) return route;
        if (!ThreadReaders.MayHave(thread, await users.Known(thread.Tenant, new UserId(user), cancel))) return route;
        return await coverage.Of(thread, user, cancel) is { } cover
            ? route with { AssignedTo = cover.By, CoveredFor = user } : route with { AssignedTo = user };
    }
}
