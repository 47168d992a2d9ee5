using Microsoft.AspNetCore.Builder;
using Vagus.Kernel;

namespace Vagus.Access.Policies;

/// <summary>What an endpoint declares about who may enter: a policy, or the reason why it is open to everyone.</summary>
public sealed record EntryRule
{
    private EntryRule(Policy? policy, string? openBecause) => (Policy, OpenBecause) = (policy, openBecause);

    public Policy? Policy { get; }

    public string? OpenBecause { get; }

    public static EntryRule For(Policy policy) => new(policy, null);

    public static EntryRule Open(string because) =>
        because.Length > 0 ? new(null, because) : throw new ArgumentException("An open endpoint needs a reason.", nameof(because));
}

/// <summary>Metadata of an endpoint that takes tokens with SMART scopes.</summary>
internal sealed record ScopesAccepted;

/// <summary>Every endpoint declares one of these; the server does not start otherwise.</summary>
public static class RequirePolicy
{
    public static T Require<T>(this T endpoint, Policy policy)
        where T : IEndpointConventionBuilder => Declare(endpoint, EntryRule.For(policy));

    /// <summary>Callers of these roles; of any role when none is named.</summary>
    public static T RequireCaller<T>(this T endpoint, params Role[] roles)
        where T : IEndpointConventionBuilder =>
        Declare(
            endpoint,
            EntryRule.For(roles.Length == 0 ? Policy.AnyCaller : Policy.Of(string.Join('|', roles.Select(role => role.Name())), roles)));

    public static T AllowAnyone<T>(this T endpoint, string because)
        where T : IEndpointConventionBuilder => Declare(endpoint, EntryRule.Open(because));

    /// <summary>
    /// Takes tokens with SMART scopes too. For endpoints that do no more than the caller's <see cref="Authorization.Reach"/> allows.
    /// </summary>
    public static T AcceptScopes<T>(this T endpoint)
        where T : IEndpointConventionBuilder
    {
        endpoint.Add(builder => builder.Metadata.Add(new ScopesAccepted()));
        return endpoint;
    }

    private static T Declare<T>(T endpoint, EntryRule rule)
        where T : IEndpointConventionBuilder
    {
        endpoint.Add(builder => builder.Metadata.Add(rule));
        return endpoint;
    }
}
