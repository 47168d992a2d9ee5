using MimeKit;
using Vagus.Access.Vault;
using Vagus.Kernel;

namespace Vagus.Identity.Mail;

/// <summary>A mail as it stands in the queue.</summary>
internal sealed record MailRow
{
    public required string Id { get; init; }

    public required TenantId Tenant { get; init; }

    public required string Kind { get; init; }

    public required string Recipient { get; init; }

    public byte[]? SealedToken { get; init; }

    public required DateTimeOffset GiveUpAt { get; init; }

    public required long DueAt { get; init; }

    public required long Attempts { get; init; }
}

/// <summary>
/// Writes a mail. The address of its link is this installation's own, from its settings, and never what a request claimed.
/// </summary>
internal sealed class ComposeMail(MailTexts texts, RootKey root, IdentityOptions options, TimeProvider clock)
{
    public const string IdHeader = "X-Vagus-Mail";

    public MimeMessage Compose(MailRow mail)
    {
        var token = mail.SealedToken is { } wrapped ? QueueMail.Open(root, mail.Id, wrapped) : null;
        var message = new MimeMessage
        {
            Subject = MailText.Subject,
            Date = clock.GetUtcNow(),
            // The same at every attempt: mailboxes drop a second copy by it.
            MessageId = $"{mail.Id}@vagus",
            Body = new TextPart("plain") { Text = texts.Of(mail.Kind).Write(options.Issuer, token) },
        };
        message.From.Add(MailboxAddress.Parse(options.Mail.From));
        message.To.Add(new MailboxAddress(null, mail.Recipient));
        message.Headers.Add(IdHeader, mail.Id);
        // RFC 3834: no out-of-office answers.
        message.Headers.Add("Auto-Submitted", "auto-generated");
        return message;
    }
}
