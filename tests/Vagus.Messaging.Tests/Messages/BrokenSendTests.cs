using Vagus.Storage;
using Vagus.Storage.Sql;
using static Vagus.Messaging.Tests.Steps;

namespace Vagus.Messaging.Tests.Messages;

/// <summary>
/// A send whose write fails at any of its tables leaves nothing behind, and the same request sends the message once when it works again.
/// </summary>
public abstract class BrokenSendTests(Engine engine)
{
    private static readonly byte[] Pdf = [.. "%PDF-1.4\n%%EOF\n"u8];

    private static readonly string[] Written =
    [
        "messaging_message", "messaging_thread", "messaging_mark", "messaging_attachment", "messaging_behind", "messaging_draft",
        "fhir_resource", "event", "access_file",
    ];

    [Fact]
    public async Task What_fails_at_one_table_is_in_none()
    {
        await using var house = new House(engine);
        await house.InitializeAsync();
        var (clinic, patient, doctor) = await Open(house, "p1");
        var thread = await patient.Begins();
        (await doctor.Post($"{AtStaff}/threads/{thread}/mark-read")).Is(200);
        var all = await house.Get<Database>().Query(
            engine == Engine.Sqlite ? OfSqlite : OfPostgres, [], row => row.GetString(0), default);
        var tables = all.Where(IsOfMessages).ToList();
        if (engine == Engine.Postgres) await clinic.Change(new Statement(Function));
        var broken = new List<string>();

        foreach (var table in tables)
        {
            var file = await doctor.Upload($"{AtStaff}/attachments", Pdf);
            var request = new { content = $"Through {table}", attachmentIds = new[] { file }, clientMessageId = table };
            (await doctor.Put($"{AtStaff}/threads/{thread}/draft", new { request.content, request.attachmentIds })).Is(200);
            await Break(clinic, table);
            var before = await Counts(house, tables);

            var failed = await doctor.Post($"{AtStaff}/threads/{thread}/messages", request);

            await Mend(clinic, table);
            if (failed.Status == 201) continue;
            Assert.True(failed.Status >= 500, $"{table}: {failed.Text}");
            Assert.Equal(before, await Counts(house, tables));
            (await doctor.Get($"{AtStaff}/threads/{thread}/draft")).Is(200);
            var sent = (await doctor.Post($"{AtStaff}/threads/{thread}/messages", request)).Is(201);
            Assert.Equal(file, sent["attachments"][0].Text("id"));
            broken.Add(table);
        }

        foreach (var table in Written) Assert.Contains(table, broken);

        var messages = (await patient.Get($"{AtPortal}/threads/{thread}?limit=200")).Is(200)["messages"].EnumerateArray().ToList();
        Assert.Equal(Enumerable.Range(1, messages.Count), messages.Select(message => message.GetProperty("sequence").GetInt32()));
        Assert.Equal(tables.Count + 1, messages.Count);
    }

    // Two are written by a consumer and a duty, whenever these come to it.
    private static bool IsOfMessages(string table) =>
        (table.StartsWith("messaging_", StringComparison.Ordinal) && table is not ("messaging_unread" or "messaging_dated"))
        || table is "fhir_resource" or "fhir_version" or "fhir_compartment" or "fhir_token" or "fhir_date" or "event" or "access_file";

    private static async Task<string> Counts(House house, IEnumerable<string> tables)
    {
        var counts = new List<string>();
        foreach (var table in tables)
        {
            var count = await house.Get<Database>().QueryOne(
                new Statement($"select count(*) from {table}"), [], row => row.GetInt64(0), default);
            counts.Add($"{table} {count}");
        }

        return string.Join('\n', counts);
    }

    private async Task Break(Clinic clinic, string table)
    {
        foreach (var change in (string[])["insert", "update", "delete"])
        {
            await clinic.Change(new Statement(engine == Engine.Sqlite
                ? $"create trigger broken_{change} before {change} on {table} begin select raise(abort, 'broken'); end"
                : $"create trigger broken_{change} before {change} on {table} for each row execute function broken()"));
        }
    }

    private async Task Mend(Clinic clinic, string table)
    {
        foreach (var change in (string[])["insert", "update", "delete"])
        {
            await clinic.Change(new Statement(
                engine == Engine.Sqlite ? $"drop trigger broken_{change}" : $"drop trigger broken_{change} on {table}"));
        }
    }

    private const string Function =
        "create function broken() returns trigger language plpgsql as $body$ begin raise exception 'broken'; end $body$";

    private static readonly Statement OfSqlite = new("select name from sqlite_master where type = 'table' order by name");

    private static readonly Statement OfPostgres = new("""
        select table_name::text
        from information_schema.tables
        where table_schema = 'public'
          and table_type = 'BASE TABLE'
        order by table_name
        """);
}

public sealed class BrokenSendsOnSqlite() : BrokenSendTests(Engine.Sqlite);

public sealed class BrokenSendsOnPostgres() : BrokenSendTests(Engine.Postgres);
