using Microsoft.Data.Sqlite;

namespace Vagus.Storage.Searching;

/// <summary>
/// A full-text index that is never written to a disk: SQLite's FTS5 in memory. One call at a time; calls take the time of a search in
/// memory and do not wait for I/O. Once disposed, which others may do meanwhile and which waits for no call, it finds and takes nothing.
/// Each text belongs to a group; closed texts stand in a column of their own, which a search for open
/// texts does not reach.
/// </summary>
public sealed class MemoryTextIndex : IDisposable
{
    private readonly Lock turn = new();
    private readonly SqliteConnection connection;
    private readonly SqliteCommand add;
    private readonly SqliteCommand find;
    private readonly SqliteCommand remove;
    private readonly SqliteCommand search;
    private readonly SqliteCommand searchGroup;
    private readonly SqliteCommand groups;
    private volatile bool ended;
    private bool closed;

    public MemoryTextIndex()
    {
        connection = new SqliteConnection("Data Source=:memory:;Pooling=False");
        connection.Open();
        using var make = connection.CreateCommand();
        make.CommandText = Tables;
        make.ExecuteNonQuery();
        add = Prepare(Add, "@rowid", "@open", "@closed");
        find = Prepare(Take, "@id");
        remove = Prepare(Delete, "@rowid");
        search = Prepare(Match, "@words", "@rows");
        searchGroup = Prepare(MatchInGroup, "@words", "@group", "@rows");
        groups = Prepare(MatchedGroups, "@words", "@rows");
    }

    /// <summary>Puts a text in, in place of one with the same id. Later texts are found first.</summary>
    public void Put(string id, string group, string body, bool isClosed) => InTurn(() =>
    {
        RemoveNow(id);
        using var name = connection.CreateCommand();
        name.CommandText = Name;
        name.Parameters.AddWithValue("@id", id);
        name.Parameters.AddWithValue("@group", group);
        var rowid = (long)name.ExecuteScalar()!;
        Run(add, rowid, isClosed ? "" : body, isClosed ? body : "");
        return true;
    });

    public void Remove(string id) => InTurn(() =>
    {
        RemoveNow(id);
        return true;
    });

    /// <summary>Ids of texts that match, newest first, at most so many. Null once disposed.</summary>
    public List<string>? Search(TextQuery query, int limit) => Found(query, search, (long)limit);

    /// <summary>The same within one group.</summary>
    public List<string>? Search(TextQuery query, string group, int limit) => Found(query, searchGroup, group, (long)limit);

    /// <summary>Groups with a text that matches, at most so many.</summary>
    public List<string>? Groups(TextQuery query, int limit) => Found(query, groups, (long)limit);

    public void Dispose()
    {
        ended = true;
        Close();
    }

    /// <summary>Closes what is ended, unless a call is in its turn: that call closes it when it is done.</summary>
    private void Close()
    {
        if (!turn.TryEnter()) return;
        try
        {
            if (closed) return;
            closed = true;
            foreach (var command in (SqliteCommand[])[add, find, remove, search, searchGroup, groups]) command.Dispose();
            connection.Dispose();
        }
        finally
        {
            turn.Exit();
        }
    }

    private T? InTurn<T>(Func<T> call)
    {
        try
        {
            lock (turn) return ended ? default : call();
        }
        finally
        {
            if (ended) Close();
        }
    }

    private List<string>? Found(TextQuery query, SqliteCommand command, params object[] values)
    {
        if (query.IsEmpty) return [];
        return InTurn(() =>
        {
            Bind(command, [query.InIndex, .. values]);
            using var reader = command.ExecuteReader();
            var found = new List<string>();
            while (reader.Read()) found.Add(reader.GetString(0));
            return found;
        });
    }

    private void RemoveNow(string id)
    {
        Bind(find, id);
        if (find.ExecuteScalar() is long rowid) Run(remove, rowid);
    }

    private SqliteCommand Prepare(string text, params string[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = text;
        foreach (var name in parameters) command.Parameters.Add(new SqliteParameter { ParameterName = name });
        return command;
    }

    private static void Bind(SqliteCommand command, params object[] values)
    {
        for (var index = 0; index < values.Length; index++) command.Parameters[index].Value = values[index];
    }

    private static void Run(SqliteCommand command, params object[] values)
    {
        Bind(command, values);
        command.ExecuteNonQuery();
    }

    // Nothing may spill: temporary tables and sorters stay in memory too. The text itself is not kept, only its words.
    private const string Tables = """
        pragma temp_store = memory;
        pragma secure_delete = on;
        create table named (row integer primary key autoincrement, id text not null unique, owner text not null);
        create index named_owner on named (owner, row);
        create virtual table words using fts5(
          open, closed, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2');
        """;

    private const string Name = """
        insert into named (id, owner)
        values (@id, @group)
        returning row
        """;

    private const string Add = """
        insert into words (rowid, open, closed)
        values (@rowid, @open, @closed)
        """;

    private const string Take = """
        delete from named
        where id = @id
        returning row
        """;

    private const string Delete = """
        delete from words
        where rowid = @rowid
        """;

    private const string Match = """
        select n.id
        from words w
        join named n on n.row = w.rowid
        where words match @words
        order by w.rowid desc
        limit @rows
        """;

    // The few texts of one group are looked up one by one; all matches of a frequent word would be many.
    private const string MatchInGroup = """
        select n.id
        from named n
        cross join words w on w.rowid = n.row
        where n.owner = @group
          and words match @words
        order by n.row desc
        limit @rows
        """;

    private const string MatchedGroups = """
        select distinct n.owner
        from words w
        join named n on n.row = w.rowid
        where words match @words
        limit @rows
        """;
}
