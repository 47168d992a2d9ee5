using System.Text.Json;
using Vagus.Fhir.Deriving;
using Vagus.Fhir.Reading;
using Vagus.Storage.Writing;

namespace Vagus.Messaging.Direct;

/// <summary>
/// The threads of an Organization follow the PractitionerRoles that say who belongs to it, in the write that changes one: those of where
/// it led before, and of where it leads now.
/// </summary>
internal sealed class FollowOrganizations(FollowPool pools, OrganizationMembers members) : IKeepRows
{
    private const string Organization = "Organization";

    public string ResourceType => "PractitionerRole";

    public async ValueTask Keep(WriteTransaction write, ResourceChange change, CancellationToken cancel)
    {
        string?[] ids = [OrganizationOf(change.Before), OrganizationOf(change.After)];
        foreach (var id in ids.OfType<string>().Distinct(StringComparer.Ordinal))
        {
            await pools.Run(
                write, $"{Organization}/{id}", "system:organization", () => members.Of(write, id, cancel), cancel);
        }
    }

    private static string? OrganizationOf(JsonElement? role) =>
        role is { } known && known.TryGetProperty("organization", out var organization)
            && organization.TryGetProperty("reference", out var text) && text.GetString()?.Split('/') is [.., Organization, { Length: > 0 } id]
            ? id : null;
}
