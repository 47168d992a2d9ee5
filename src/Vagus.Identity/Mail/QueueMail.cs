using System.Text;
using Vagus.Access.Vault;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.Mail;

/// <summary>
/// Puts a mail into the queue, in the write of what causes it: both are committed or neither. A token in it is kept sealed under the root
/// key until the mail has left.
/// </summary>
internal sealed class QueueMail(RootKey root, IdSource ids)
{
    private const string Purpose = "mail";
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3);

    /// <param name="token">What the link carries, and until when it is good: there is no use in sending it later.</param>
    public void Add(WriteTransaction write, MailKind kind, string recipient, (string Text, DateTimeOffset ExpiresAt)? token = null) =>
        Add(write, MailText.Of(kind), recipient, token);

    public void Add(WriteTransaction write, MailText text, string recipient, (string Text, DateTimeOffset ExpiresAt)? token = null)
    {
        var id = ids.NewId();
        var latest = write.At + Longest;
        var giveUp = token is { } link && link.ExpiresAt < latest ? link.ExpiresAt : latest;
        write.Insert(
            Rows,
            id,
            write.Tenant.Value,
            text.Name,
            recipient,
            token is { } secret ? root.Wrap(Purpose, id, Encoding.UTF8.GetBytes(secret.Text)) : null,
            write.At.ToMicroseconds(),
            giveUp.ToMicroseconds(),
            write.At.ToMicroseconds(),
            0L);
    }

    public static string Open(RootKey root, string mailId, byte[] wrapped) =>
        Encoding.UTF8.GetString(root.Unwrap(Purpose, mailId, wrapped));

    private static readonly InsertInto Rows = new(
        "access_mail",
        ("mail_id", ColumnType.Text),
        ("tenant_id", ColumnType.Text),
        ("kind", ColumnType.Text),
        ("recipient", ColumnType.Text),
        ("sealed_token", ColumnType.Bytes),
        ("queued_at", ColumnType.BigInt),
        ("give_up_at", ColumnType.BigInt),
        ("due_at", ColumnType.BigInt),
        ("attempts", ColumnType.BigInt));
}
