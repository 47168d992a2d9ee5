using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Vagus.Access.Audit;
using Vagus.Access.Policies;
using Vagus.Access.Vault;
using Vagus.Kernel;
using Vagus.Realtime.Feed;
using Vagus.Realtime.Gateways.FhirSockets;
using Vagus.Realtime.Gateways.SocketIO;
using Vagus.Realtime.Gateways.WebSocket;
using Vagus.Realtime.Gateways;
using Vagus.Realtime.Presence;
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
        services.AddSingleton<LiveAudit>();
        services.AddSingleton<KnownRights>();
        services.AddSingleton<SubscribeSearch>();
        AddPresence(services);
        AddWebSocketGateway(services);
        AddSocketIOGateway(services, options);
        return services;
    }

    public static IEndpointRouteBuilder MapRealtime(this IEndpointRouteBuilder endpoints)
    {
        var services = endpoints.ServiceProvider;
        if (services.GetRequiredService<LiveNamespaces>().Names.Any())
        {
            endpoints.MapSocketIO("/socket.io/", services.GetRequiredService<ConfigureNamespaces>().Configure)
                .AllowAnyone("the CONNECT packet authenticates")
                .Audits(AuditActions.Subscribe);
        }

        if (!services.GetRequiredService<RealtimeOptions>().ServesUpdates) return endpoints;
        endpoints.Map("/ws", (HttpContext http, WebSocketEndpoint raw) => raw.Serve(http))
            .AllowAnyone("the first frame authenticates")
            .Audits(AuditActions.Subscribe);
        endpoints.Map("/ws/fhir", (HttpContext http, FhirSocketEndpoint fhir) => fhir.Serve(http))
            .AllowAnyone("the first frame brings a token that is good once")
            .Audits(AuditActions.Notify);
        return endpoints;
    }

    private static void AddSocketIOGateway(IServiceCollection services, RealtimeOptions options)
    {
        services.AddSingleton<LogHistory>();
        services.AddSingleton<AuthenticateSocketIO>();
        services.AddSingleton<SubscribeSocketIO>();
        services.AddSingleton<SocketLifetime>();
        services.AddSingleton<AnswerEvent>();
        services.AddSingleton<LiveNamespaces>();
        services.AddSingleton<ITellLive, TellLive>();
        services.AddSingleton<ConfigureNamespaces>();
        services.AddSocketIO();
        services.AddOptions<SocketIOOptions>().Configure<LogHistory, RootKey>((socketIO, history, root) =>
        {
            // The key is derived, so that a session is recovered after a restart and by another node.
            const string purpose = "socketio-recovery";
            socketIO.Recovery = new RecoveryOptions
            {
                History = history, Key = root.Derive(purpose), FormerKeys = [.. root.DeriveEach(purpose)],
                MaxDisconnection = options.ResumeWindow,
            };
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

    private static void AddWebSocketGateway(IServiceCollection services)
    {
        services.AddSingleton<WebSocketForms>();
        services.AddSingleton<WebSocketClients>();
        services.AddSingleton<AuthenticateWebSocket>();
        services.AddSingleton<SubscribeWebSocket>();
        services.AddSingleton<WebSocketRequests>();
        services.AddSingleton<UpgradeWebSocket>();
        services.AddSingleton<SocketShares>();
        services.AddSingleton<WebSocketEndpoint>();
        services.AddSingleton<FhirSocketEndpoint>();
        // Before Socket.IO: services take leave in the reverse order, and the wait for this drain may not hold up the other one.
        services.AddSingleton<OpenSockets>();
        services.AddHostedService(provider => provider.GetRequiredService<OpenSockets>());
    }
}
