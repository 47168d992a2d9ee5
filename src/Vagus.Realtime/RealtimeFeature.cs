using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Vagus.Access.Policies;
using Vagus.Access.Vault;
using Vagus.Fhir.Store;
using Vagus.Realtime.Feed;
using Vagus.Realtime.Presence;
using Vagus.Realtime.RawSockets;
using Vagus.Realtime.Sessions;
using Vagus.Realtime.Sockets;
using Vagus.SocketIO;

namespace Vagus.Realtime;

/// <summary>The only door of this room: Socket.IO at <c>/socket.io/</c> and JSON frames at <c>/ws</c>.</summary>
public static class RealtimeFeature
{
    /// <summary>
    /// Needs AddStorage, AddAccess, AddFhir, a TimeProvider and an IdSource; <c>app.UseWebSockets()</c> stands before the endpoints.
    /// </summary>
    public static IServiceCollection AddRealtime(this IServiceCollection services, RealtimeOptions options)
    {
        options.Validate();
        services.AddSingleton(options);
        services.AddMetrics();
        services.AddSingleton<RealtimeMetrics>();
        services.AddSingleton<LogPages>();
        services.AddSingleton<FeedSources>();
        services.AddSingleton<Feeds>();
        services.AddHostedService(provider => provider.GetRequiredService<Feeds>());
        services.AddSingleton<AbsentClients>();
        AddPresence(services);
        AddSockets(services, options);
        AddRawSockets(services);
        return services;
    }

    public static IEndpointRouteBuilder MapRealtime(this IEndpointRouteBuilder endpoints)
    {
        var live = endpoints.ServiceProvider.GetRequiredService<LiveNamespace>();
        endpoints.MapSocketIO("/socket.io/", server => server.Namespace(LiveNamespace.Name, live.Configure))
            .AllowAnyone("the CONNECT packet authenticates");
        endpoints.Map("/ws", (HttpContext http, RawEndpoint raw) => raw.Serve(http)).AllowAnyone("the first frame authenticates");
        return endpoints;
    }

    private static void AddSockets(IServiceCollection services, RealtimeOptions options)
    {
        services.AddSingleton<LogHistory>();
        services.AddSingleton<AuthenticateSocket>();
        services.AddSingleton<SubscribeSocket>();
        services.AddSingleton<LiveNamespace>();
        services.AddSocketIO();
        services.AddOptions<SocketIOOptions>().Configure<LogHistory, RootKey>((socketIO, history, root) =>
        {
            // The key is derived, so that a session is recovered after a restart and by another node.
            var key = root.Derive("socketio-recovery");
            socketIO.Recovery = new RecoveryOptions { History = history, Key = key, MaxDisconnection = options.ResumeWindow };
            socketIO.Engine.MaxPayload = options.MaxFrameBytes;
            socketIO.Engine.MaxQueuedPackets = options.MaxQueuedFrames;
            socketIO.Engine.MaxQueuedBytes = options.MaxQueuedBytes;
            socketIO.Engine.SendTimeout = options.SendTimeout;
            foreach (var origin in options.AllowedOrigins) socketIO.Engine.AllowedOrigins.Add(origin);
        });
    }

    private static void AddPresence(IServiceCollection services)
    {
        services.AddSingleton<PresenceBoard>();
        services.AddSingleton<ViewResource>();
        services.AddHostedService<PresenceSweep>();
    }

    private static void AddRawSockets(IServiceCollection services)
    {
        services.AddSingleton<RawClients>();
        services.AddSingleton<AuthenticateRaw>();
        services.AddSingleton<SubscribeRaw>();
        services.AddSingleton<RawRequests>();
        services.AddSingleton<RawEndpoint>();
    }
}
