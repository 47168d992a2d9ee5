using Vagus.Access;
using Vagus.Bus;
using Vagus.Care;
using Vagus.Clinic;
using Vagus.Fhir;
using Vagus.Identity;
using Vagus.Kernel;
using Vagus.Messaging;
using Vagus.Realtime;
using Vagus.Server.Web;
using Vagus.Storage;

namespace Vagus.Server;

/// <summary>Which rooms the house has. The only place that knows them all.</summary>
internal static class Composition
{
    public static IServiceCollection AddVagus(this IServiceCollection services, ServerOptions options)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<IdSource>();
        services.AddStorage(options.Storage);
        services.AddAccess(options.Access);
        services.AddIdentity(options.Identity);
        services.AddFhir(options.Fhir);
        services.AddCare();
        services.AddClinic();
        services.AddMessaging(options.Messaging);
        services.AddRealtime(options.Realtime with { ServesUpdates = options.Roles.HasFlag(ServerRoles.Notifications) });
        services.AddBus(options.Roles.HasFlag(ServerRoles.Fhir) ? options.Bus : new BusOptions());
        services.Run(options);
        return services;
    }

    /// <summary>The doors of the process's roles.</summary>
    public static void MapRoles(this WebApplication app, ServerRoles roles)
    {
        var keepsRecords = roles.HasFlag(ServerRoles.Fhir);
        if (keepsRecords) app.MapFhir();
        app.MapCare(PartsOfCare(roles));
        if (keepsRecords) app.MapClinic();
        app.MapRealtime();
        if (roles.HasFlag(ServerRoles.Messaging)) app.MapMessaging();
        if (roles.HasFlag(ServerRoles.Web)) app.MapWebApps();
        if (keepsRecords) app.MapFiles();
    }

    /// <summary>Consumers, duties and namespaces: what a process without the role must not have.</summary>
    private static void Run(this IServiceCollection services, ServerOptions options)
    {
        services.RunCare(PartsOfCare(options.Roles));
        if (options.Roles.HasFlag(ServerRoles.Messaging)) services.RunMessaging();
        if (!options.Roles.HasFlag(ServerRoles.Fhir)) return;
        services.RunFhir();
        services.RunFiles(options.Access.Files);
    }

    private static CareParts PartsOfCare(ServerRoles roles) =>
        (roles.HasFlag(ServerRoles.Charts) ? CareParts.Charts : CareParts.None)
        | (roles.HasFlag(ServerRoles.Notifications) ? CareParts.Notifications : CareParts.None)
        | (roles.HasFlag(ServerRoles.Fhir) ? CareParts.Records : CareParts.None);
}
