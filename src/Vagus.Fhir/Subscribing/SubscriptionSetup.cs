using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Access.Audit;
using Vagus.Access.Outgoing;
using Vagus.Access.Policies;
using Vagus.Access.Sessions;
using Vagus.Fhir.Deriving;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Subscribing.OwnTopics;
using Vagus.Fhir.Writing;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Writing;

namespace Vagus.Fhir.Subscribing;

/// <summary>The parts of subscriptions: those that every process has, and those that number and send.</summary>
internal static class SubscriptionSetup
{
    public static void AddSubscriptions(this IServiceCollection services)
    {
        services.AddSingleton<SealedHeaders>();
        services.AddSingleton(SealedHeaders.Column);
        services.AddSingleton<ResolveHost>(Dns.GetHostAddressesAsync);
        services.AddSingleton<IReceiverChannel, RestHook>();
        services.AddSingleton<IReceiverChannel, MailChannel>();
        services.AddSingleton<Receivers>();
        services.AddSingleton<IAcceptChanges, KeepSubscriptions>();
        services.AddSingleton<IAcceptChanges, KeepTopics>();
        services.AddSingleton<CatalogueEvents>();
        services.AddSingleton<ChangeEvents>();
        services.AddSingleton<NotifiedEvents>();
        services.AddSingleton<EventReads>();
        services.AddSingleton<OwnersReach>();
        services.AddSingleton<SubscriptionHints>();
        services.AddHostedService(provider => provider.GetRequiredService<SubscriptionHints>());
        services.AddSingleton(Sockets);
        services.AddSingleton(provider => new SubscriptionUpkeep(
            provider.GetRequiredService<Database>(), provider.GetRequiredService<FhirWrites>(), provider.GetRequiredService<FhirOptions>(),
            provider.GetRequiredService<OwnBases>(), provider.GetRequiredService<TimeProvider>()));
    }

    /// <summary>In a process that serves <c>/fhir</c>.</summary>
    public static void RunSubscriptions(this IServiceCollection services)
    {
        services.AddSingleton<RecordFault>();
        services.AddSingleton<MoveSubscription>();
        services.AddSingleton<TakeNotification>();
        services.AddSingleton<EndNotification>();
        services.AddSingleton<SendNotifications>();
        services.AddHostedService(provider => provider.GetRequiredService<SendNotifications>());
        services.AddSingleton<FindConcerned>();
        services.AddLogConsumer<NumberEvents>();
        services.AddLeasedDuty<SweepSubscriptions>();
    }

    private static SubscriptionSockets Sockets(IServiceProvider provider) => new(
        provider.GetRequiredService<ConnectionTickets>(),
        new SocketTools(
            provider.GetRequiredService<Database>(), provider.GetRequiredService<GroupCommit>(), provider.GetRequiredService<AuditTrail>(),
            provider.GetRequiredService<OwnersReach>(), provider.GetRequiredService<NotifiedEvents>(),
            provider.GetRequiredService<SubscriptionHints>())
        {
            Refusals = provider.GetRequiredService<AuditRefusals>(),
            Options = provider.GetRequiredService<FhirOptions>(),
            Own = provider.GetRequiredService<OwnBases>(),
            Ids = provider.GetRequiredService<IdSource>(),
            Clock = provider.GetRequiredService<TimeProvider>(),
        });
}
