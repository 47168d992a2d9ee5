using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace Vagus.Identity.Mail;

/// <summary>
/// Hands mails to an SMTP server. The way there is encrypted and the server's certificate checked, but for a server on this machine.
/// </summary>
internal sealed class SmtpDelivery(MailOptions options, Uri server) : IDeliverMail
{
    /// <summary>Milliseconds, for each step of the conversation.</summary>
    private const int Timeout = 30_000;
    private const int SubmissionPort = 587;
    private const int TlsPort = 465;

    public Task<MailOutcome> Deliver(MimeMessage mail, CancellationToken cancel) => Deliver(mail, SecurityOf(server), cancel);

    internal async Task<MailOutcome> Deliver(MimeMessage mail, SecureSocketOptions security, CancellationToken cancel)
    {
        using var client = new SmtpClient { Timeout = Timeout };
        var port = server.Port > 0 ? server.Port : server.Scheme == "smtps" ? TlsPort : SubmissionPort;
        await client.ConnectAsync(server.IdnHost, port, security, cancel);
        if (options is { User: { } user, Password: { } password }) await client.AuthenticateAsync(user, password, cancel);
        try
        {
            await client.SendAsync(mail, cancel);
        }
        catch (SmtpCommandException refused) when (IsFinal(refused))
        {
            return IsOfAddress(refused) ? MailOutcome.AddressRefused : MailOutcome.Refused;
        }

        try
        {
            await client.DisconnectAsync(quit: true, cancel);
        }
        catch (Exception broken) when (broken is IOException or SmtpProtocolException or OperationCanceledException)
        {
            // The mail was taken before; to throw would send it once more.
        }

        return MailOutcome.Taken;
    }

    // With StartTls MailKit gives up where the server does not offer it; WhenAvailable would go on in the clear. A relay on this machine
    // shows a certificate that its distribution made and no client trusts.
    internal static SecureSocketOptions SecurityOf(Uri server)
    {
        if (server.Scheme == "smtps") return SecureSocketOptions.SslOnConnect;
        return server.IsLoopback ? SecureSocketOptions.None : SecureSocketOptions.StartTls;
    }

    // RFC 5321 §4.2.1: 5yz will not be taken later either.
    private static bool IsFinal(SmtpCommandException refused) =>
        (int)refused.StatusCode >= 500
            && refused.ErrorCode is SmtpErrorCode.RecipientNotAccepted or SmtpErrorCode.MessageNotAccepted;

    // RFC 3463 §3.8: 5.7.x is a rule of the server, such as no relaying, and says nothing of the address.
    private static bool IsOfAddress(SmtpCommandException refused) =>
        refused.ErrorCode == SmtpErrorCode.RecipientNotAccepted && !refused.Message.StartsWith("5.7.", StringComparison.Ordinal);
}
