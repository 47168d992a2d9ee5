using System.Text.Json;
using Vagus.Access.Files;
using Vagus.Kernel;
using Vagus.Messaging.Threads;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Messaging.Files;

/// <summary>Files that belong to messages and notes: the rows here say to which, the files themselves are those of Access.</summary>
internal sealed class Attachments(Database database, StoredFiles files)
{
    public const int Most = 10;

    /// <summary>The attachments of messages or notes, by the item's id.</summary>
    public async ValueTask<ILookup<string, AttachmentAnswer>> Of(TenantId tenant, IReadOnlyList<string> items, CancellationToken cancel)
    {
        var found = items.Count == 0 ? [] : await database.Query(
            OfItems, [tenant.Value, JsonSerializer.Serialize(items)], row => (Item: row.GetString(0), File: row.GetString(1)), cancel);
        List<(string Item, AttachmentAnswer Answer)> answers = [];
        foreach (var (item, file) in found)
        {
            if (await files.Find(tenant, file, cancel) is { } stored) answers.Add((item, await Answer(stored, cancel)));
        }

        return answers.ToLookup(each => each.Item, each => each.Answer, StringComparer.Ordinal);
    }

    /// <summary>Where an attachment belongs; null for one that belongs to nothing.</summary>
    public static async ValueTask<AttachmentPlace?> PlaceOf(
        IRunQueries queries, TenantId tenant, string file, CancellationToken cancel) => await queries.QueryOne(
        OfFile, [tenant.Value, file], row => new AttachmentPlace(row.GetString(0), row.GetBoolean(1)), cancel);

    /// <summary>Those of what is not sent yet, such as a draft, in the order in which they came.</summary>
    public async ValueTask<IReadOnlyList<AttachmentAnswer>> BoundTo(TenantId tenant, string what, CancellationToken cancel)
    {
        List<AttachmentAnswer> answers = [];
        foreach (var file in await files.BoundTo(tenant, what, cancel)) answers.Add(await Answer(file, cancel));
        return answers;
    }

    private async ValueTask<AttachmentAnswer> Answer(StoredFile file, CancellationToken cancel)
    {
        var facts = await files.Facts(file, cancel);
        var name = facts.IsRefused ? null : facts.Value.Name;
        return new AttachmentAnswer(file.Id, name, file.ContentType, file.Size, file.Scan.ToString().ToLowerInvariant());
    }

    public static readonly InsertInto Rows = new(
        "messaging_attachment",
        ("tenant_id", ColumnType.Text), ("file_id", ColumnType.Text), ("thread_id", ColumnType.Text), ("item_id", ColumnType.Text),
        ("of_note", ColumnType.Boolean), ("place", ColumnType.BigInt));

    public static readonly Statement Remove = new("""
        delete from messaging_attachment
        where tenant_id = @tenant_id
          and file_id = @file_id
          and item_id = @item_id
        """);

    private static readonly Statement OfItems = ListSql.With(list => $"""
        select item_id, file_id
        from messaging_attachment
        where tenant_id = @tenant_id
          and item_id in ({list("items")})
        order by item_id, place
        """);

    private static readonly Statement OfFile = new("""
        select thread_id, of_note
        from messaging_attachment
        where tenant_id = @tenant_id
          and file_id = @file_id
        """);
}

/// <summary>An attachment as clients are told of it.</summary>
internal sealed record AttachmentAnswer(string Id, string? FileName, string ContentType, long Size, string Scan);

/// <summary>The thread of an attachment, and whether it is a note's.</summary>
internal sealed record AttachmentPlace(string ThreadId, bool OfNote);
