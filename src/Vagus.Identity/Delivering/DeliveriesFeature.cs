using Microsoft.Extensions.DependencyInjection;
using Vagus.Access.Outgoing;
using Vagus.Identity.Notices;
using Vagus.Storage;

namespace Vagus.Identity.Delivering;

/// <summary>Notices to people who look at no screen: what they have chosen, the queue, and its ways out.</summary>
internal static class DeliveriesFeature
{
    public static void AddDeliveries(this IServiceCollection services)
    {
        services.AddSingleton(provider => provider.GetRequiredService<IdentityOptions>().Notices);
        services.AddSingleton<PreferenceStore>();
        services.AddSingleton<PushSubscriptions>();
        services.AddSingleton<PushKeys>();
        services.AddSingleton<ManagePreferences>();
        services.AddSingleton<ManagePush>();
        services.AddSingleton<TakeBounces>();
        services.AddSingleton<INotifyUsers, QueueNotices>();
        services.AddSingleton<IChannel, EmailChannel>();
        services.AddSingleton<IChannel, PushChannel>();
        services.AddSingleton<IChannel, PhoneChannel>();
        services.AddSingleton<IMailStaff, MailStaff>();
        services.AddSingleton<EndDelivery>();
        services.AddSingleton<TakeDelivery>();
        services.AddSingleton<SendDeliveries>();
        services.AddLeasedDuty<SweepDeliveries>();
    }
}
