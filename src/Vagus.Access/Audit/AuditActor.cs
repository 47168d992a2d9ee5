using Microsoft.AspNetCore.Http;
using Vagus.Kernel;

namespace Vagus.Access.Audit;

/// <summary>Who makes a change and by which way: the caller of a request, a request without one, the operator, or the server.</summary>
public sealed record AuditActor(Caller? Caller, AuditOrigin Origin)
{
    /// <summary>The command line.</summary>
    public static readonly AuditActor Operator = new(null, AuditOrigin.Unknown with { Client = "operator" });

    /// <summary>The server by itself: what was due.</summary>
    public static readonly AuditActor Server = new(null, AuditOrigin.Unknown);

    public static AuditActor Of(HttpContext http) => new(http.Features.Get<Caller>(), AuditOrigin.Of(http));

    public AuditEntry Entry(string action) =>
        Caller is { } caller ? AuditEntry.Of(action, caller, Origin) : AuditEntry.Of(action, Origin);
}
