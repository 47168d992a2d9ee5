using Microsoft.AspNetCore.Http;
using Vagus.Access.Sessions;
using Vagus.Kernel;

namespace Vagus.Access.Policies;

/// <summary>
/// On an endpoint that is open to everyone: the tenant of a caller who shows a credential. Nothing of any patient may follow from it.
/// </summary>
public static class KnownTenant
{
    /// <summary>Null where the request has no token, or one that does not hold.</summary>
    public static async ValueTask<TenantId?> Of(HttpContext context, Authentication sessions)
    {
        if (BearerToken.Of(context.Request.Headers) is not { } token) return null;
        var admission = await sessions.AuthenticateAnyToken(token, context.RequestAborted);
        return admission.IsRefused ? null : admission.Value.Caller.Tenant;
    }
}
