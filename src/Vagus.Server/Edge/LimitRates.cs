using System.Globalization;
using Vagus.Access.Policies;
using Vagus.Access.Sessions;
using Vagus.Kernel;

namespace Vagus.Server.Edge;

/// <summary>
/// Answers 429 with <c>Retry-After</c> where a client asks for more than its share: <see cref="OfAddress"/> before anybody is known,
/// <see cref="OfCaller"/> behind the admission.
/// </summary>
internal static class LimitRates
{
    private static readonly Refusal TooMany = new(
        RefusalKind.TooMany, "too_many_requests", "Too many requests. Come again after the time in Retry-After.");

    public static Task OfAddress(HttpContext context, RequestDelegate next)
    {
        var buckets = context.RequestServices.GetRequiredService<Buckets>();
        return Pass(context, next, buckets.TakeOf(context.Connection.RemoteIpAddress, RequestCost.Of(context.Request)));
    }

    public static async Task OfCaller(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<Admission>() is not { Caller: var caller })
        {
            await next(context);
            return;
        }

        var buckets = context.RequestServices.GetRequiredService<Buckets>();
        var cost = await RequestCost.WithForm(context.Request, context.RequestAborted);
        await Pass(context, next, buckets.TakeOf(caller, cost));
    }

    private static Task Pass(HttpContext context, RequestDelegate next, TimeSpan? wait)
    {
        if (wait is not { } time) return next(context);

        context.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(time.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return context.GetEndpoint()?.Metadata.GetMetadata<RefusalWriter>() is { } writer
            ? writer.Write(context, TooMany)
            : TooMany.ToProblem().ExecuteAsync(context);
    }
}
