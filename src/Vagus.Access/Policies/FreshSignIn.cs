using Microsoft.AspNetCore.Builder;

namespace Vagus.Access.Policies;

/// <summary>
/// Put on an endpoint that takes a caller only whose session was authenticated within <see cref="Window"/>: at sign-in or by
/// <c>POST /api/auth/step-up</c>. Others get 401 with the code <c>fresh_sign_in_required</c>.
/// </summary>
public sealed record RequiresFreshSignIn
{
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(5);
}

/// <summary>How an endpoint, or a group of them, declares it.</summary>
public static class FreshSignIn
{
    public static T RequireFreshSignIn<T>(this T endpoint)
        where T : IEndpointConventionBuilder
    {
        endpoint.Add(builder => builder.Metadata.Add(new RequiresFreshSignIn()));
        return endpoint;
    }
}
