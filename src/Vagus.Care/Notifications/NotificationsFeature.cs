using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Access.Outgoing;
using Vagus.Storage;

namespace Vagus.Care.Notifications;

/// <summary>What people are told of, and what they have read.</summary>
internal static class NotificationsFeature
{
    public static void AddNotifications(this IServiceCollection services)
    {
        services.AddMigrations(NotificationTables.All);
        services.AddSingleton<FindCareTeam>();
        services.AddSingleton<ReadNotifications>();
        services.AddSingleton<MarkNotifications>();
        services.AddSingleton<AddNotification>();
        services.AddSingleton<ITellPeople>(provider => provider.GetRequiredService<AddNotification>());
        services.AddSingleton<INoticeSource, NotificationNotices>();
    }

    public static void RunNotifications(this IServiceCollection services)
    {
        services.AddLogConsumer<NotifyPeople>();
        services.AddLeasedDuty<SweepNotifications>();
    }

    public static void MapNotifications(this IEndpointRouteBuilder endpoints)
    {
        var notifications = endpoints.MapGroup("/api/notifications");
        ReadNotifications.Map(notifications);
        MarkNotifications.Map(notifications);
    }
}
