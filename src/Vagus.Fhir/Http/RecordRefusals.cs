using Microsoft.AspNetCore.Http;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Fhir.Auditing;
using Vagus.Kernel;

namespace Vagus.Fhir.Http;

/// <summary>
/// Endpoint filter: what an interaction refuses is in the audit before the caller is told. What it does is recorded behind the doors, in
/// the commit that does it.
/// </summary>
internal sealed class RecordRefusals(FhirCalls calls, AuditTrail audit) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var answer = await next(context);
        if (answer is not FhirResponse { Refusal: { } refusal, Action: var known }) return answer;
        // Nothing was looked at, and the audit could not be written either.
        if (refusal.Kind == RefusalKind.Unavailable) return answer;
        var http = context.HttpContext;
        var action = known ?? http.GetEndpoint()?.Metadata.GetMetadata<AuditRule>()?.Action ?? AuditActions.RefusedAtDoor;
        var call = calls.Of(http);
        var entry = FhirEntries.OfRefusal(call, action, Target(http), refusal);
        return await audit.Append(call.Caller.Tenant, entry) is { } failed ? FhirResponses.Refuse(failed) : answer;
    }

    // What stands in the address may be anything: only what could be a type and an id is taken over.
    private static string? Target(HttpContext http)
    {
        var (type, id) = (http.Request.RouteValues["type"] as string, http.Request.RouteValues["id"] as string);
        return FhirEntries.Target(type, id, http.Request.RouteValues["version"] as string);
    }
}
