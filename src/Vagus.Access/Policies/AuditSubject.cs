using Microsoft.AspNetCore.Http;
using Vagus.Kernel;

namespace Vagus.Access.Policies;

/// <summary>
/// Whom a request without a caller concerns, once its token or challenge has told: a refusal is then recorded in that tenant's log.
/// </summary>
public sealed record AuditSubject(TenantId Tenant)
{
    public UserId? User { get; init; }

    public PatientId? Patient { get; init; }
}

/// <summary>Where an endpoint tells whom the request concerns.</summary>
public static class SubjectOfRequest
{
    public static void Concerns(this HttpContext http, AuditSubject subject) => http.Features.Set(subject);
}
