using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Access.Policies;
using Vagus.Kernel;
using Vagus.Storage;

namespace Vagus.Care.Publishing;

/// <summary>Events that come from elsewhere, and the log for those who poll.</summary>
internal static class PublishingFeature
{
    public static void AddPublishing(this IServiceCollection services)
    {
        services.AddMigrations(PublishingTables.All);
        services.AddSingleton<PublishEvents>();
        services.AddSingleton<IAcceptEvents, AcceptEvents>();
        services.AddSingleton<PostEvents>();
        services.AddSingleton<ReadLog>();
        services.AddSingleton<EventWaits>();
        services.AddSingleton<ReplayEvents>();
    }

    public static void MapPublishing(this IEndpointRouteBuilder endpoints)
    {
        var events = endpoints.MapGroup("/api/events").RecordsRefusals();
        PostEvents.Map(events);
        ReplayEvents.Map(events);
    }
}
