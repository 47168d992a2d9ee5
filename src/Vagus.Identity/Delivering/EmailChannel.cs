using Vagus.Access.Outgoing;
using Vagus.Identity.Mail;
using Vagus.Identity.Notices;

namespace Vagus.Identity.Delivering;

/// <summary>Mails: about accounts, and notices. None holds anything of a patient.</summary>
internal sealed class EmailChannel(ComposeMail compose, IDeliverMail delivery, IdentityOptions options) : IChannel
{
    public TimeSpan Longest => TimeSpan.FromMinutes(2);

    public bool Serves(NoticeChannel channel) => channel == NoticeChannel.Email;

    public async Task<ChannelAnswer> Send(TakenDelivery taken, CancellationToken cancel)
    {
        var mail = taken is { Row.User: not null, To: { } address }
            ? compose.Compose(
                taken.Row.Id, address, NoticeTexts.Of(taken.Kind, taken.Language).Title,
                NoticeTexts.Mail(taken.Kind, taken.Language, $"{options.Issuer.TrimEnd('/')}{taken.Page}"))
            : compose.AboutAccount(taken.Row, taken.Language);
        return await delivery.Deliver(mail, cancel) switch
        {
            MailOutcome.Taken => ChannelAnswer.Taken,
            MailOutcome.AddressRefused => ChannelAnswer.AddressGone,
            _ => ChannelAnswer.Refused,
        };
    }
}
