using Microsoft.AspNetCore.Http;
using Vagus.Access.Policies;
using Vagus.Fhir.Store;

namespace Vagus.Fhir.Http;

/// <summary>Endpoint filter: the call may search by what the caller's tenant has uploaded.</summary>
internal sealed class KnowParameters(UploadedParameters uploads) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        http.Features.Set((await uploads.Of(http.Caller().Tenant, http.RequestAborted)).Set);
        return await next(context);
    }
}
