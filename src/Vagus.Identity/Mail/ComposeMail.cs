using MimeKit;
using Vagus.Access.Vault;
using Vagus.Identity.Queue;

namespace Vagus.Identity.Mail;

/// <summary>
/// Writes a mail. The address of its link is this installation's own, from its settings, and never what a request claimed.
/// </summary>
internal sealed class ComposeMail(RootKey root, IdentityOptions options, TimeProvider clock)
{
    public const string IdHeader = "X-Vagus-Mail";

    /// <summary>A mail about an account, to the address that stands in the queue.</summary>
    public MimeMessage AboutAccount(Delivery mail, string? language)
    {
        var token = mail.SealedToken is { } wrapped ? QueueMail.Open(root, mail.Id, wrapped) : null;
        return Compose(
            mail.Id, mail.Recipient, MailWords.In(language).Subject, MailText.Named(mail.Kind).Write(language, options.Issuer, token));
    }

    public MimeMessage Compose(string id, string recipient, string subject, string text)
    {
        var message = new MimeMessage
        {
            Subject = subject,
            Date = clock.GetUtcNow(),
            // The same at every attempt: mailboxes drop a second copy by it.
            MessageId = $"{id}@vagus",
            Body = new TextPart("plain") { Text = text },
        };
        message.From.Add(MailboxAddress.Parse(options.Mail.From));
        message.To.Add(new MailboxAddress(null, recipient));
        message.Headers.Add(IdHeader, id);
        // RFC 3834: no out-of-office answers.
        message.Headers.Add("Auto-Submitted", "auto-generated");
        return message;
    }
}
