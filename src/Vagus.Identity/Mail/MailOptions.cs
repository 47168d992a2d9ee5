using MimeKit;

namespace Vagus.Identity.Mail;

/// <summary>How mails leave: as <c>.eml</c> files in a folder, or by SMTP where a server is named.</summary>
public sealed record MailOptions
{
    /// <summary>The sender's address.</summary>
    public string From { get; init; } = "Vagus <no-reply@localhost>";

    /// <summary>Where the files go without SMTP; null: the folder <c>mail</c> in the data folder.</summary>
    public string? Folder { get; init; }

    /// <summary>
    /// <c>smtp://host:587</c>: STARTTLS, which only a server on this machine may do without. <c>smtps://host:465</c>: TLS from the first
    /// byte. Null: no SMTP.
    /// </summary>
    public Uri? Smtp { get; init; }

    public string? User { get; init; }

    public string? Password { get; init; }

    internal void Validate()
    {
        if (!MailboxAddress.TryParse(From, out _)) throw new InvalidOperationException("Mail: From must be one address.");
        if (Smtp is not { } server) return;
        if (!server.IsAbsoluteUri || server.Scheme is not ("smtp" or "smtps") || server.Host.Length == 0)
            throw new InvalidOperationException("Mail: Smtp must be smtp://host:port or smtps://host:port.");
        if (server.UserInfo.Length > 0) throw new InvalidOperationException("Mail: Smtp holds no password; set User and Password.");
        if (User is null != Password is null) throw new InvalidOperationException("Mail: User and Password belong together.");
    }
}
