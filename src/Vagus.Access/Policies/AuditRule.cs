using Microsoft.AspNetCore.Builder;

namespace Vagus.Access.Policies;

/// <summary>
/// What an endpoint declares about the audit: the action under which what it does, and what it refuses, is recorded, or the reason why
/// there is nothing to record.
/// </summary>
public sealed record AuditRule
{
    private AuditRule(string? action, string? nothingBecause) => (Action, NothingBecause) = (action, nothingBecause);

    public string? Action { get; }

    public string? NothingBecause { get; }

    public static AuditRule For(string action) => new(action, null);

    public static AuditRule Nothing(string because) =>
        because.Length > 0 ? new(null, because) : throw new ArgumentException("An endpoint without audit needs a reason.", nameof(because));
}

/// <summary>Every endpoint declares one of these; the server does not start otherwise.</summary>
public static class DeclareAudit
{
    /// <summary>The endpoint records what it does; see <see cref="Audit.AuditActions"/>.</summary>
    public static T Audits<T>(this T endpoint, string action)
        where T : IEndpointConventionBuilder => Declare(endpoint, AuditRule.For(action));

    public static T AuditsNothing<T>(this T endpoint, string because)
        where T : IEndpointConventionBuilder => Declare(endpoint, AuditRule.Nothing(because));

    private static T Declare<T>(T endpoint, AuditRule rule)
        where T : IEndpointConventionBuilder
    {
        endpoint.Add(builder => builder.Metadata.Add(rule));
        return endpoint;
    }
}
