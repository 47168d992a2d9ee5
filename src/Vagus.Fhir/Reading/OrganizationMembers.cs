using System.Text.Json;
using Vagus.Access.Audit;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Search.Request;
using Vagus.Fhir.Search.Sql;
using Vagus.Fhir.Store;
using Vagus.Kernel;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Reading;

/// <summary>
/// Who belongs to an organization in a write, which sees what it did: for rooms that decide by it who takes part in something. It is shown
/// to nobody, and so it is in no audit.
/// </summary>
public sealed class OrganizationMembers
{
    private const string Author = "system:members";
    private readonly FhirOptions options;
    private readonly OwnBases own;
    private readonly TimeProvider clock;

    // Not by the door for reads: what is kept beside resources is a part of the door for writes, which that one needs.
    internal OrganizationMembers(FhirOptions options, OwnBases own, TimeProvider clock) =>
        (this.options, this.own, this.clock) = (options, own, clock);

    /// <summary>The ids of Practitioners with a PractitionerRole that counts; null where there are more than a write looks at.</summary>
    public async ValueTask<IReadOnlyList<string>?> Of(WriteTransaction write, string organization, CancellationToken cancel)
    {
        var call = FhirCall.AsServer(Caller.OfServer(write.Tenant, Author), AuditOrigin.Unknown, options, own, clock, cancel);
        var search = ReadSearch.RunCondition(
            "PractitionerRole", OrganizationRoles.Query(organization), call, OrganizationRoles.Most + 1);
        if (search.IsRefused) return null;
        var found = await SelectPage.Run(write, call.Reach, search.Value, call.Bodies, cancel);
        if (found.Count > OrganizationRoles.Most || found.Exists(role => role.Unread)) return null;
        return [.. found.Select(PractitionerOf).OfType<string>().Distinct(StringComparer.Ordinal)];
    }

    private static string? PractitionerOf(StoredResource role) =>
        role.Body is { } body ? OrganizationRoles.PractitionerOf(JsonElement.Parse(body)) : null;
}
