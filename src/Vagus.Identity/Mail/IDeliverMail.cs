using MimeKit;

namespace Vagus.Identity.Mail;

/// <summary>Where mails leave this installation. Throws where the same mail may be taken later.</summary>
internal interface IDeliverMail
{
    /// <summary>False: the mail was refused for good, as to an address that does not exist.</summary>
    Task<bool> Deliver(MimeMessage mail, CancellationToken cancel);
}
