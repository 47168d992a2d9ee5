using MimeKit;

namespace Vagus.Identity.Mail;

/// <summary>
/// Each mail as a file, for installations without SMTP and for demos. Readable by the server's account alone: links are keys.
/// </summary>
internal sealed class MailFolder(string folder) : IDeliverMail
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public async Task<MailOutcome> Deliver(MimeMessage mail, CancellationToken cancel)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);

        // The mail's own id: a mail that is delivered once more takes the place of the first.
        var name = Path.Combine(folder, $"{mail.Headers[ComposeMail.IdHeader]}.eml");
        var writing = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) writing.UnixCreateMode = OwnerOnly;
        await using (var file = new FileStream(name + ".tmp", writing)) await mail.WriteToAsync(file, cancel);
        File.Move(name + ".tmp", name, overwrite: true);
        return MailOutcome.Taken;
    }
}
