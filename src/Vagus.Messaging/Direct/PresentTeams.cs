using Vagus.Access.Authorization;
using Vagus.Fhir.Reading;
using Vagus.Fhir.Records;
using Vagus.Kernel;
using Vagus.Messaging.Messages;

namespace Vagus.Messaging.Direct;

/// <summary>
/// Who belongs to a CareTeam or an Organization in the write of a message to it. The recipient is looked up before the turn, and the
/// members may have changed since: <see cref="FollowCareTeams"/> and <see cref="FollowOrganizations"/> have then changed the threads, and
/// the message does not take that back.
/// </summary>
internal sealed class PresentTeams(FhirRecords records, OrganizationMembers organizations, IFindUsers accounts)
{
    private const string TeamType = "CareTeam";
    private const string OrganizationType = "Organization";

    /// <summary>The same recipient with the members of now; any other than a CareTeam or an Organization as it is.</summary>
    public async ValueTask<Result<Recipient>> Of(MessageTurn turn, Recipient recipient) =>
        recipient is { IsPool: true } && recipient.Name.Split('/') is [var type, var id]
            ? type switch
            {
                TeamType => await OfTeam(turn, recipient, id),
                OrganizationType => await OfOrganization(turn, recipient, id),
                _ => recipient,
            }
            : recipient;

    private async ValueTask<Result<Recipient>> OfTeam(MessageTurn turn, Recipient recipient, string id)
    {
        // The caller could read the team when the recipient was looked up; who belongs to it is shown to nobody here.
        var teams = await records.AsServer(turn.Caller, turn.By.Origin, turn.Cancel)
            .Within(turn.Write, work => work.Decide(TeamType, $"_id={id}", most: 1));
        if (teams.Refusal is { } refusal) return refusal;
        return await With(turn, recipient, teams.Value is [var team] ? CareTeamMembers.Of(team.Json, turn.Write.At) : []);
    }

    /// <summary>Of an Organization with more roles than a write looks at, the members are those that were found before the turn.</summary>
    private async ValueTask<Recipient> OfOrganization(MessageTurn turn, Recipient recipient, string id) =>
        await organizations.Of(turn.Write, id, turn.Cancel) is { } known ? await With(turn, recipient, known) : recipient;

    private async ValueTask<Recipient> With(MessageTurn turn, Recipient recipient, IReadOnlyList<string> practitioners)
    {
        var users = await accounts.OfPractitioners(turn.Write, turn.Write.Tenant, practitioners, turn.Cancel);
        return recipient with { Members = FindRecipient.NamesOf(users, turn.Caller.Role) };
    }
}
