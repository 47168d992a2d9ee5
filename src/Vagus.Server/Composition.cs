using Vagus.Access;
using Vagus.Bus;
using Vagus.Care;
using Vagus.Clinic;
using Vagus.Fhir;
using Vagus.Identity;
using Vagus.Kernel;
using Vagus.Messaging;
using Vagus.Realtime;
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
        services.AddRealtime(options.Realtime);
        services.AddBus(options.Bus);
        return services;
    }
}
