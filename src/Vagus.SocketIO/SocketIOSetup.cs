using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Vagus.SocketIO.Engine;

namespace Vagus.SocketIO;

/// <summary>Adds the server to an application and maps it to a path.</summary>
public static class SocketIOSetup
{
    public static IServiceCollection AddSocketIO(this IServiceCollection services, Action<SocketIOOptions>? configure = null)
    {
        services.AddOptions<SocketIOOptions>().Validate(OptionsCheck.Passes, OptionsCheck.Rule).ValidateOnStart();
        if (configure is not null) services.Configure(configure);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<SocketIOMetrics>();
        services.TryAddSingleton<EngineHost>();
        services.TryAddSingleton(provider => new SocketIOServer(
            provider.GetRequiredService<EngineHost>(),
            provider.GetRequiredService<IOptions<SocketIOOptions>>(),
            provider.GetRequiredService<SocketIOMetrics>(),
            provider.GetRequiredService<ILogger<SocketIOServer>>()));
        services.AddHostedService<DrainAtShutdown>();
        return services;
    }

    /// <summary>
    /// Serves Socket.IO at <paramref name="path"/>. Every namespace that clients may join is named here; any other is refused.
    /// </summary>
    public static IEndpointConventionBuilder MapSocketIO(
        this IEndpointRouteBuilder endpoints, string path = "/socket.io/", Action<SocketIOServer>? configure = null)
    {
        var server = endpoints.ServiceProvider.GetRequiredService<SocketIOServer>();
        configure?.Invoke(server);
        return MapEngine(endpoints, path, server.Accept);
    }

    /// <summary>
    /// Serves bare Engine.IO at <paramref name="path"/>: messages over polling or WebSocket, without namespaces, events or rooms.
    /// </summary>
    public static IEndpointConventionBuilder MapEngineIO(
        this IEndpointRouteBuilder endpoints, string path, EngineApplication application) =>
        MapEngine(endpoints, path, session => new EngineApplicationReceiver(session, application));

    private static IEndpointConventionBuilder MapEngine(
        IEndpointRouteBuilder endpoints, string path, Func<EngineSession, EngineReceiver> accept)
    {
        var host = endpoints.ServiceProvider.GetRequiredService<EngineHost>();
        var table = host.NewTable(path, accept);
        return endpoints.Map(path.TrimEnd('/') + "/", (RequestDelegate)table.Handle).WithDisplayName($"Engine.IO {path}");
    }
}
