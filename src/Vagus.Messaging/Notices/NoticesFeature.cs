using Microsoft.Extensions.DependencyInjection;
using Vagus.Access.Files;
using Vagus.Access.Outgoing;
using Vagus.Storage;

namespace Vagus.Messaging.Notices;

/// <summary>Messages are told to those who look at no screen, and senders that they were not read or that a file is held back.</summary>
internal static class NoticesFeature
{
    public static void AddNotices(this IServiceCollection services)
    {
        services.AddMigrations(NoticeTables.All);
        services.AddSingleton<ThreadRecipients>();
        services.AddSingleton<UnreadByPatients>();
        services.AddSingleton<INoticeSource, MessageNotices>();
        services.AddSingleton<IHearQuarantine, TellOfQuarantine>();
    }

    public static void RunNotices(this IServiceCollection services)
    {
        services.AddLogConsumer<NotifyOfMessages>();
        services.AddLeasedDuty<TellOfUnread>();
    }
}
