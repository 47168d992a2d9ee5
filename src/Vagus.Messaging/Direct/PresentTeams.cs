using Vagus.Access.Authorization;
using Vagus.Fhir.Reading;
using Vagus.Fhir.Records;
using Vagus.Kernel;
using Vagus.Messaging.Messages;

namespace Vagus.Messaging.Direct;

/// <summary>
/// Who belongs to a CareTeam in the write of a message to it. The recipient is looked up before the turn, and the team may have changed
/// since: <see cref="FollowCareTeams"/> has then changed its threads, and the message does not take that back.
/// </summary>
internal sealed class PresentTeams(FhirRecords records, IFindUsers accounts)
{
    private const string TeamType = "CareTeam";

    /// <summary>The same recipient with the members of now; any other than a CareTeam as it is.</summary>
    public async ValueTask<Result<Recipient>> Of(MessageTurn turn, Recipient recipient)
    {
        if (!recipient.IsPool || recipient.Name.Split('/') is not [TeamType, var id]) return recipient;
        var (write, cancel) = (turn.Write, turn.Cancel);
        // The caller could read the team when the recipient was looked up; who belongs to it is shown to nobody here.
        var teams = await records.AsServer(turn.Caller, turn.By.Origin, cancel)
            .Within(write, work => work.Decide(TeamType, $"_id={id}", most: 1));
        if (teams.Refusal is { } refusal) return refusal;
        var practitioners = teams.Value is [var team] ? CareTeamMembers.Of(team.Json, write.At) : [];
        var users = await accounts.OfPractitioners(write, write.Tenant, practitioners, cancel);
        return recipient with { Members = FindRecipient.NamesOf(users, turn.Caller.Role) };
    }
}
