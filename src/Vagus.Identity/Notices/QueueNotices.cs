using Vagus.Access.Outgoing;
using Vagus.Identity.Queue;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.Notices;

/// <summary>The seam of Access for rooms that do not know accounts: a row of the queue for each way to the person.</summary>
internal sealed class QueueNotices(PreferenceStore store, NoticeOptions options, IdSource ids) : INotifyUsers
{
    private static readonly NoticeChannel[] AllChannels = Enum.GetValues<NoticeChannel>();

    public async ValueTask Queue(WriteTransaction write, Notice notice, CancellationToken cancel)
    {
        var chosen = await store.Of(write, write.Tenant, notice.User, cancel);
        var channels = notice.Channels ?? AllChannels.Where(channel => chosen.Preferences.Wants(notice.Kind, channel));
        var due = notice.Kind == NoticeKind.Alert ? write.At : notice.Since + options.Delay;
        foreach (var channel in channels)
        {
            foreach (var recipient in await RecipientsOf(write, notice.User, channel, chosen, cancel))
            {
                var delivery = new Delivery
                {
                    Id = ids.NewId(),
                    Tenant = write.Tenant,
                    User = notice.User,
                    Channel = channel,
                    Kind = notice.Kind.Name(),
                    About = notice.About,
                    Recipient = recipient,
                    GiveUpAt = notice.Until ?? write.At + DeliveryQueue.Longest,
                    DueAt = due.ToMicroseconds(),
                    Attempts = 0,
                };
                await DeliveryQueue.Add(write, delivery, cancel);
            }
        }
    }

    public ValueTask Cancel(WriteTransaction write, NoticeKind kind, string about, CancellationToken cancel) =>
        DeliveryQueue.Cancel(write, kind, about, cancel);

    /// <summary>One for each browser; of the others the address of the moment at which it is sent.</summary>
    private async ValueTask<IReadOnlyList<string>> RecipientsOf(
        WriteTransaction write, UserId user, NoticeChannel channel, ChosenNotices chosen, CancellationToken cancel) => channel switch
    {
        NoticeChannel.Email => [""],
        NoticeChannel.Push => await PushSubscriptions.Of(write, write.Tenant, user, cancel),
        _ => options.PhoneWebhook is not null && chosen.Phone is not null ? [""] : [],
    };
}
