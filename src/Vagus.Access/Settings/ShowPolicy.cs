using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Authorization;
using Vagus.Access.Policies;
using Vagus.Access.Visibility;
using Vagus.Kernel;

namespace Vagus.Access.Settings;

/// <summary>GET /api/admin/policy: what each role may do and see in the caller's tenant, as it stands.</summary>
internal sealed class ShowPolicy(TenantPolicies policies)
{
    public static void Map(IEndpointRouteBuilder admin) => admin.MapGet(
        "/policy", (HttpContext http, ShowPolicy use, CancellationToken cancel) => use.Answer(http.Caller().Tenant, cancel))
        .AuditsNothing("settings hold nothing of any patient");

    private async Task<Ok<EffectivePolicy>> Answer(TenantId tenant, CancellationToken cancel)
    {
        var policy = await policies.Of(tenant, cancel);
        return TypedResults.Ok(new EffectivePolicy(Enum.GetValues<Role>().ToDictionary(role => role.Name(), role => Of(role, policy))));
    }

    private static RolePolicy Of(Role role, TenantPolicy policy) => new(
        Permissions.Of(role, policy.Narrowing),
        EventVisibility.NamesFor(role, policy),
        Sensitivities.NamesOf(policy.Narrowing.HiddenLabels(role)));

    internal sealed record EffectivePolicy(IReadOnlyDictionary<string, RolePolicy> Roles);

    /// <param name="Permissions">Verbs on kinds, as in the profile of a signed-in user.</param>
    /// <param name="Events">The names of events, in the rows that the role reaches.</param>
    /// <param name="HiddenLabels">Categories of labels that are hidden also from users who have the permission.</param>
    internal sealed record RolePolicy(
        IReadOnlyDictionary<string, IReadOnlyList<string>> Permissions, IReadOnlyList<string> Events,
        IReadOnlyList<string> HiddenLabels)
    {
        /// <summary>False: all labelled records are hidden also from users who have the permission.</summary>
        public bool MaySeeSensitive => HiddenLabels.Count < Sensitivities.Names.Count;
    }
}
