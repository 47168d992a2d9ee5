using System.Buffers.Text;
using System.Data.Common;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Vagus.Access.Tenants;
using Vagus.Kernel;
using Vagus.Messaging.Threads;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Messaging.Messages;

/// <summary>Which threads are asked for; an empty text asks for all.</summary>
internal sealed record ThreadFilter
{
    public string Kind { get; init; } = "";

    public string Category { get; init; } = "";

    public string Status { get; init; } = "";

    public string Priority { get; init; } = "";

    /// <summary>A user's id, or <c>none</c>.</summary>
    public string AssignedTo { get; init; } = "";

    /// <summary>The id of a team.</summary>
    public string Team { get; init; } = "";

    public string Patient { get; init; } = "";

    public bool Unread { get; init; }

    /// <summary>The id of a label.</summary>
    public string Label { get; init; } = "";

    public bool Overdue { get; init; }

    /// <summary>Those that the caller follows.</summary>
    public bool Following { get; init; }

    /// <summary>The only threads that are asked for, whether the caller sees them or not; null: all.</summary>
    public IReadOnlyCollection<string>? Among { get; init; }

    /// <summary>Those that are snoozed now, or those that are not; null: all.</summary>
    public bool? Snoozed { get; init; }

    /// <summary>The value of one of the parameters of <see cref="ThreadPageSql"/>.</summary>
    public object Value(string parameter) => parameter switch
    {
        "kind" => Kind,
        "category" => Category,
        "status" => Status,
        "priority" => Priority,
        "team" => Team,
        "patient" => Patient,
        "assigned_to" => AssignedTo,
        "label" => Label,
        "among" => JsonSerializer.Serialize(Among ?? []),
        _ => throw new ArgumentOutOfRangeException(nameof(parameter), parameter, message: null),
    };
}

/// <summary>Where a page begins: behind a thread, and so many further on.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ThreadCursor(long At, string Id, long Skip)
{
    public static readonly ThreadCursor Newest = new(long.MaxValue, "", 0);

    public static Result<ThreadCursor> Read(string? cursor, int? offset)
    {
        if (cursor is null) return offset is < 0 or > 10_000 ? Wrong : Newest with { Skip = offset ?? 0 };
        if (offset is not null || !Base64Url.IsValid(cursor)) return Wrong;
        return Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)).Split('|') is [var at, var id] && ChosenId.IsFhirId(id)
            && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var instant)
            ? new ThreadCursor(instant, id, 0) : Wrong;
    }

    public static string After(ThreadRow thread) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"{thread.LastMessageAt.ToMicroseconds()}|{thread.Id}")));

    private static readonly Refusal Wrong = FieldRefusals.Wrong("cursor", "the nextCursor of a page, or offset a number up to 10,000");
}

/// <summary>Pages of the threads that a caller sees, the latest message first, with how many messages of each it has not read.</summary>
internal sealed class ThreadPages(Database database, TimeProvider clock)
{
    /// <summary>One more than asked for tells that there are more.</summary>
    public async ValueTask<(IReadOnlyList<CountedThread> Threads, string? Next)> Read(
        ThreadSight sight, ThreadFilter filter, ThreadCursor cursor, int limit, CancellationToken cancel)
    {
        var page = ThreadPageSql.Of(sight, filter);
        var values = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["me"] = sight.Caller.User.Value,
            ["tenant_id"] = sight.Caller.Tenant.Value,
            ["at"] = cursor.At,
            ["id"] = cursor.Id,
            ["now"] = clock.GetUtcNow().ToMicroseconds(),
            ["names"] = sight.Values[0],
            ["readers"] = UnreadThreads.ReadersOf(sight),
            ["categories"] = sight.Values[1],
            ["is_staff"] = sight.Values[2],
            ["reads_notes"] = UnreadThreads.ReadsNotes(sight),
            ["limit"] = limit + 1L,
            ["skip"] = cursor.Skip,
        };
        var found = await database.Query(
            page, [.. page.Parameters.Select(name => values.GetValueOrDefault(name) ?? filter.Value(name))], Counted, cancel);
        if (found.Count <= limit) return (found, null);
        found.RemoveAt(limit);
        return (found, ThreadCursor.After(found[^1].Thread));
    }

    /// <summary>One thread as the lists have it.</summary>
    public async ValueTask<CountedThread> Count(ThreadSight sight, ThreadRow thread, CancellationToken cancel) => await database.QueryOne(
        CountsOfOne, [sight.Caller.User.Value, sight.Values[0], sight.Caller.Tenant.Value, thread.Id],
        row => new CountedThread(thread, row.GetInt64(0), row.GetBoolean(1)), cancel) ?? new CountedThread(thread, 0, Follows: false);

    private static CountedThread Counted(DbDataReader row) =>
        new(ThreadRow.Read(row), row.GetInt64(ThreadRow.ColumnCount), row.GetBoolean(ThreadRow.ColumnCount + 1));

    private static readonly Statement CountsOfOne = ListSql.With(list => $"""
        select {ThreadPageSql.UnreadCount(list)},
          {ThreadPageSql.Follows}
        from messaging_thread t
        left join messaging_mark k on k.tenant_id = t.tenant_id and k.thread_id = t.thread_id and k.user_id = @me
        where t.tenant_id = @tenant_id
          and t.thread_id = @thread_id
        """);
}

/// <summary>A thread as one caller has it in a list: how many messages of others are unread, and whether it is followed.</summary>
internal sealed record CountedThread(ThreadRow Thread, long Unread, bool Follows);
