using Microsoft.Extensions.DependencyInjection;
using Vagus.Access.Outgoing;
using Vagus.Storage;

namespace Vagus.Messaging.Notices;

/// <summary>Messages are told to those who look at no screen, and senders that they were not read.</summary>
internal static class NoticesFeature
{
    public static void AddNotices(this IServiceCollection services)
    {
        services.AddMigrations(NoticeTables.All);
        services.AddSingleton<ThreadRecipients>();
        services.AddSingleton<UnreadByPatients>();
        services.AddSingleton<INoticeSource, MessageNotices>();
    }

    public static void RunNotices(this IServiceCollection services)
    {
        services.AddLogConsumer<NotifyOfMessages>();
        services.AddLeasedDuty<TellOfUnread>();
    }
}
