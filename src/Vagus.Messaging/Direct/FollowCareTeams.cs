using Vagus.Fhir.Deriving;
using Vagus.Fhir.Reading;
using Vagus.Storage.Writing;

namespace Vagus.Messaging.Direct;

/// <summary>The threads of a CareTeam follow it, in the write that changes it.</summary>
internal sealed class FollowCareTeams(FollowPool pools) : IKeepRows
{
    public string ResourceType => "CareTeam";

    public ValueTask Keep(WriteTransaction write, ResourceChange change, CancellationToken cancel) => pools.Run(
        write, $"{ResourceType}/{change.Id}", "system:care-team",
        () => ValueTask.FromResult<IReadOnlyList<string>?>(change.After is { } team ? CareTeamMembers.Of(team, write.At) : []), cancel);
}
