using System.Globalization;
using System.Net.Sockets;
using MailKit;
using MailKit.Security;
using MimeKit;
using Vagus.Access.Outgoing;
using Vagus.Identity.Mail;
using Vagus.Identity.Notices;
using Vagus.Identity.People;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Identity.Delivering;

/// <summary>
/// Mails about subscriptions, by the way of all mails: the words are the same for every organization, subscription and event.
/// </summary>
internal sealed class MailStaff(Database database, ComposeMail compose, IDeliverMail delivery, IdentityOptions options) : IMailStaff
{
    private const string Subject = "Something new waits for you";
    private const string SpanishSubject = "Tiene una novedad";

    public async ValueTask<bool> Knows(IRunQueries queries, TenantId tenant, string address, CancellationToken cancel) =>
        await queries.QueryOne(Find, [tenant.Value, UserRow.KeyOf(address)], row => row.GetInt64(0), cancel) > 0;

    public async ValueTask<StaffMailAnswer> Send(SubscriptionMail mail, CancellationToken cancel)
    {
        var language = await PreferenceStore.LanguageOf(database, mail.Tenant, UserRow.KeyOf(mail.Address), cancel);
        var message = compose.Compose(mail.Id, mail.Address, language == "es" ? SpanishSubject : Subject, TextOf(mail, language));
        if (mail.Attachment is { } content && message.Body is { } text) message.Body = new Multipart("mixed") { text, PartOf(content) };
        try
        {
            return await delivery.Deliver(message, cancel) switch
            {
                MailOutcome.Taken => StaffMailAnswer.Taken,
                MailOutcome.AddressRefused => StaffMailAnswer.AddressGone,
                _ => StaffMailAnswer.Refused,
            };
        }
        catch (Exception broken) when (broken is CommandException or ProtocolException or AuthenticationException or SslHandshakeException
            or IOException or SocketException or TimeoutException)
        {
            // The same mail may be taken later.
            return StaffMailAnswer.PutOff;
        }
    }

    private string TextOf(SubscriptionMail mail, string? language)
    {
        var place = options.Issuer.TrimEnd('/') + "/";
        if (mail.Events is not { } events)
            return language == "es"
                ? $"Se indicó esta dirección para los avisos de la suscripción {mail.Subscription}. Si no los espera, avise a su organización."
                : $"This address was named for notices of subscription {mail.Subscription}. If you do not expect them, tell your organization.";
        var numbers = string.Create(CultureInfo.InvariantCulture, $"{events.First}-{events.Last}");
        return language == "es"
            ? $"Tiene una novedad: suscripción {mail.Subscription}, eventos {numbers}. Inicie sesión para verla:\n\n{place}"
            : $"Something new waits for you: subscription {mail.Subscription}, events {numbers}. Sign in to see it:\n\n{place}";
    }

    private static MimePart PartOf(byte[] content) => new("application", "fhir+json")
    {
        Content = new MimeContent(new MemoryStream(content)),
        ContentDisposition = new ContentDisposition(ContentDisposition.Attachment),
        ContentTransferEncoding = ContentEncoding.Base64,
        FileName = "notification.json",
    };

    // An address that was not verified may be a stranger's; a service account's is made up; a patient is told by the portal.
    private static readonly Statement Find = new("""
        select count(*)
        from access_user
        where tenant_id = @tenant_id
          and email_key = @email_key
          and not disabled
          and role not in ('patient', 'service')
          and email_verified_at is not null
          and mail_refused_at is null
        """);
}
