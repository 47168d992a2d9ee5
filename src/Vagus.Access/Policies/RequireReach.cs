using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Vagus.Access.Authorization;

namespace Vagus.Access.Policies;

/// <summary>For endpoints whose answer is made of several resource types.</summary>
public static class RequireReach
{
    /// <summary>
    /// Refuses a caller whose role or scopes lack an interaction with one of these types, before the endpoint does anything: no change is
    /// made whose answer would be refused.
    /// </summary>
    public static T NeedsToReach<T>(this T endpoint, ResourceInteractions interaction, params string[] types)
        where T : IEndpointConventionBuilder =>
        endpoint.AddEndpointFilter(async (context, next) =>
        {
            var http = context.HttpContext;
            var reach = http.Reach();
            if (types.All(type => reach.May(interaction, type))) return await next(context);
            if (reach.Ceiling is null) return Refusals.Forbidden.ToProblem();
            http.Response.Headers.WWWAuthenticate = InsufficientScope;
            return Refusals.OutOfScope.ToProblem();
        });

    /// <summary>RFC 6750 §3.1.</summary>
    internal const string InsufficientScope = "Bearer error=\"insufficient_scope\"";
}
