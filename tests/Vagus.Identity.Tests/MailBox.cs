using System.Diagnostics;
using MimeKit;

namespace Vagus.Identity.Tests;

/// <summary>The folder into which mails go, and what a person does with them.</summary>
internal sealed class MailBox : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly HashSet<string> read = [];

    public string Folder { get; } = Directory.CreateTempSubdirectory("vagus-mail-").FullName;

    /// <summary>What the server does every second, done now.</summary>
    public Func<Task> Hurry { get; set; } = () => Task.CompletedTask;

    /// <summary>The next mail to the address that was not read yet.</summary>
    public Task<MimeMessage> Next(string to) => Next(to, _ => true);

    private async Task<MimeMessage> Next(string to, Func<MimeMessage, bool> wanted)
    {
        var waited = Stopwatch.StartNew();
        while (waited.Elapsed < Limit)
        {
            await Hurry();
            if (Unread(to).FirstOrDefault(wanted) is { } mail)
            {
                read.Add(mail.MessageId!);
                return mail;
            }

            await Task.Delay(20);
        }

        throw new TimeoutException($"No mail came to {to}.");
    }

    public IReadOnlyList<MimeMessage> Unread(string to) =>
    [
        .. Directory.GetFiles(Folder, "*.eml").Order(StringComparer.Ordinal).Select(file => MimeMessage.Load(file))
            .Where(mail => mail.To.Mailboxes.Single().Address == to && !read.Contains(mail.MessageId!)),
    ];

    /// <summary>What stands behind '#token=' in the next mail to the address that has one.</summary>
    public async Task<string> NextToken(string to) => TokenIn(await Next(to, HasToken));

    public static string TokenIn(MimeMessage mail)
    {
        var link = mail.TextBody!.Split('\n').Single(line => line.Contains("#token=", StringComparison.Ordinal)).Trim();
        return link[(link.IndexOf('=', StringComparison.Ordinal) + 1)..];
    }

    private static bool HasToken(MimeMessage mail) => mail.TextBody!.Contains("#token=", StringComparison.Ordinal);

    public void Dispose()
    {
        if (Directory.Exists(Folder)) Directory.Delete(Folder, recursive: true);
    }
}
