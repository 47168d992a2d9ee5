using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vagus.Access.Audit;
using Vagus.Access.Tenants;
using Vagus.Kernel;

namespace Vagus.Access.Policies;

/// <summary>
/// Endpoint filter: what an endpoint refuses is in the audit, under the action that the endpoint declares, before the client is told. What
/// it does is recorded by its own write. A refusal that says when to come again has it in <c>Retry-After</c>.
/// </summary>
internal sealed class RecordRefusedCalls(AuditTrail audit, AuditRefusals doors) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var answer = await next(context);
        var (http, result) = (context.HttpContext, Unwrapped(answer));
        if (WaitIn(result) is { } seconds) http.Response.Headers.RetryAfter = seconds;
        if (RefusalIn(result) is not { } refused || http.GetEndpoint() is not RouteEndpoint endpoint) return answer;
        if (endpoint.Metadata.GetMetadata<AuditRule>()?.Action is not { } action) return answer;
        // The write failed, and the audit could not be written either.
        if (refused.Status >= StatusCodes.Status500InternalServerError) return answer;

        var entry = EntryOf(http, endpoint, action, refused.Code);
        return await Record(http, entry, refused.Status) is { } failed ? failed.ToProblem() : answer;
    }

    private ValueTask<Refusal?> Record(HttpContext http, AuditEntry entry, int status)
    {
        if ((AuditActor.Of(http).Caller?.Tenant ?? Subject(http)?.Tenant) is { } tenant)
            return new ValueTask<Refusal?>(audit.Append(tenant, entry));
        // What the throttle turns away is not looked at, and not recorded: it bounds what can be recorded.
        return status == StatusCodes.Status429TooManyRequests ? default : doors.RecordUnknown(entry);
    }

    private static AuditEntry EntryOf(HttpContext http, RouteEndpoint endpoint, string action, string? code)
    {
        var entry = AuditActor.Of(http).Entry(action);
        var subject = Subject(http);
        return entry with
        {
            User = entry.User ?? subject?.User,
            On = $"{http.Request.Method} {endpoint.RoutePattern.RawText}",
            Patients = (PatientIn(http) ?? subject?.Patient) is { } patient ? [patient] : [],
            Outcome = AuditOutcome.MinorFailure,
            Reason = code,
            Detail = ValuesIn(http),
        };
    }

    private static AuditSubject? Subject(HttpContext http) => http.Features.Get<AuditSubject>();

    private static object? Unwrapped(object? answer)
    {
        while (answer is INestedHttpResult nested) answer = nested.Result;
        return answer;
    }

    private static (int Status, string? Code)? RefusalIn(object? result) => result switch
    {
        RefusedAnswer { Refusal: var refusal } => (RefusalAnswer.StatusOf(refusal.Kind), refusal.Code),
        ProblemHttpResult problem => (problem.StatusCode, TextIn(problem, "code")),
        _ => null,
    };

    private static string? WaitIn(object? result) => result is ProblemHttpResult problem ? TextIn(problem, Refusal.RetryAfter) : null;

    private static string? TextIn(ProblemHttpResult problem, string name) =>
        problem.ProblemDetails.Extensions.TryGetValue(name, out var value) ? value as string : null;

    private static PatientId? PatientIn(HttpContext http) =>
        http.Request.RouteValues["patientId"] is string id && ChosenId.IsFhirId(id) ? new PatientId(id) : null;

    // What stands in the address may be anything: only what could be an id is taken over.
    private static string? ValuesIn(HttpContext http)
    {
        var named = http.Request.RouteValues
            .Where(pair => pair.Value is string value && ChosenId.IsFhirId(value))
            .Select(pair => $"{pair.Key}={pair.Value}");
        return string.Join(',', named) is { Length: > 0 } detail ? detail : null;
    }
}

/// <summary>Has the refusals of endpoints recorded.</summary>
public static class RecordingRefusals
{
    public static RouteGroupBuilder RecordsRefusals(this RouteGroupBuilder group) =>
        group.AddEndpointFilter<RouteGroupBuilder, RecordRefusedCalls>();
}
