using MimeKit;

namespace Vagus.Identity.Mail;

/// <summary>Where mails leave this installation. Throws where the same mail may be taken later.</summary>
internal interface IDeliverMail
{
    Task<MailOutcome> Deliver(MimeMessage mail, CancellationToken cancel);
}

/// <summary>What became of a mail.</summary>
internal enum MailOutcome
{
    Taken,

    /// <summary>The mail was refused for good.</summary>
    Refused,

    /// <summary>There is no such address, or it takes no mails any more.</summary>
    AddressRefused,
}
