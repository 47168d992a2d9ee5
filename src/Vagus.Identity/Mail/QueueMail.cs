using System.Text;
using Vagus.Access.Outgoing;
using Vagus.Access.Vault;
using Vagus.Identity.Queue;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.Mail;

/// <summary>
/// Puts a mail about an account into the queue of deliveries, in the write of what causes it: both are committed or neither. A token in it
/// is kept sealed under the root key until the mail has left.
/// </summary>
internal sealed class QueueMail(RootKey root, IdSource ids)
{
    internal const string Purpose = "mail";

    /// <param name="write">The write of what causes it.</param>
    /// <param name="kind">Which mail.</param>
    /// <param name="recipient">The address.</param>
    /// <param name="token">What the link carries, and until when it is good: there is no use in sending it later.</param>
    /// <param name="language">In which the recipient reads, where there is no account yet that would say so.</param>
    public void Add(
        WriteTransaction write, MailKind kind, string recipient, (string Text, DateTimeOffset ExpiresAt)? token = null,
        string? language = null)
    {
        var id = ids.NewId();
        var latest = write.At + DeliveryQueue.Longest;
        var giveUp = token is { } link && link.ExpiresAt < latest ? link.ExpiresAt : latest;
        write.Insert(
            Rows, id, write.Tenant.Value, NoticeChannel.Email.Name(), MailText.Of(kind).Name, "", recipient,
            token is { } secret ? root.Wrap(Purpose, id, Encoding.UTF8.GetBytes(secret.Text)) : null,
            write.At.ToMicroseconds(), giveUp.ToMicroseconds(), write.At.ToMicroseconds(), false, 0L, language);
    }

    public static string Open(RootKey root, string mailId, byte[] wrapped) =>
        Encoding.UTF8.GetString(root.Unwrap(Purpose, mailId, wrapped));

    private static readonly InsertInto Rows = new(
        "access_delivery",
        ("delivery_id", ColumnType.Text),
        ("tenant_id", ColumnType.Text),
        ("channel", ColumnType.Text),
        ("kind", ColumnType.Text),
        ("about", ColumnType.Text),
        ("recipient", ColumnType.Text),
        ("sealed_token", ColumnType.Bytes),
        ("queued_at", ColumnType.BigInt),
        ("give_up_at", ColumnType.BigInt),
        ("due_at", ColumnType.BigInt),
        ("planned", ColumnType.Boolean),
        ("attempts", ColumnType.BigInt),
        ("language", ColumnType.Text));
}
