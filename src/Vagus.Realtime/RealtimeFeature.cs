using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Vagus.Realtime;

/// <summary>The only door of this room.</summary>
public static class RealtimeFeature
{
    public static IServiceCollection AddRealtime(this IServiceCollection services, RealtimeOptions options) => services.AddSingleton(options);

    public static IEndpointRouteBuilder MapRealtime(this IEndpointRouteBuilder endpoints) => endpoints;
}
