using System.Security.Claims;
using Microsoft.AspNetCore.Http.Features.Authentication;
using Vagus.Kernel;

namespace Vagus.Access.Policies;

/// <summary>
/// The caller as <c>HttpContext.User</c>, for parts of the platform that read it: rate limits, telemetry. It is made when it is first
/// asked for. Nothing of ours decides by it: <see cref="CallerOfRequest.Caller"/> does not come from there.
/// </summary>
internal sealed class AdmittedUser(Caller caller) : IHttpAuthenticationFeature
{
    private ClaimsPrincipal? user;

    public ClaimsPrincipal? User
    {
        get => user ??= new ClaimsPrincipal(new ClaimsIdentity(
            [
                new Claim("sub", caller.User.Value),
                new Claim("tenant", caller.Tenant.Value),
                new Claim("role", caller.Role.Name()),
                new Claim("sid", caller.Session.Value),
            ],
            authenticationType: "Bearer",
            nameType: "sub",
            roleType: "role"));
        set => user = value;
    }
}
