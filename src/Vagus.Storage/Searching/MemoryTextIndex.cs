using Microsoft.Data.Sqlite;

namespace Vagus.Storage.Searching;

/// <summary>
/// A full-text index that is never written to a disk: SQLite's FTS5 in memory. One call at a time; calls take the time of a search in
/// memory and do not wait for I/O.
/// </summary>
public sealed class MemoryTextIndex : IDisposable
{
    private const int MostWords = 16;
    private readonly Lock turn = new();
    private readonly SqliteConnection connection;
    private readonly SqliteCommand add;
    private readonly SqliteCommand find;
    private readonly SqliteCommand remove;
    private readonly SqliteCommand search;
    private bool disposed;

    public MemoryTextIndex()
    {
        connection = new SqliteConnection("Data Source=:memory:;Pooling=False");
        connection.Open();
        using var make = connection.CreateCommand();
        make.CommandText = Tables;
        make.ExecuteNonQuery();
        add = Prepare(Add, "@rowid", "@body");
        find = Prepare(Take, "@id");
        remove = Prepare(Delete, "@rowid");
        search = Prepare(Match, "@words", "@below", "@rows");
    }

    /// <summary>Puts a text in, in place of one with the same id. Answers the row's number: later texts have higher ones.</summary>
    public long Put(string id, string body)
    {
        lock (turn)
        {
            RemoveNow(id);
            using var name = connection.CreateCommand();
            name.CommandText = Name;
            name.Parameters.AddWithValue("@id", id);
            var rowid = (long)name.ExecuteScalar()!;
            Run(add, rowid, body);
            return rowid;
        }
    }

    public void Remove(string id)
    {
        lock (turn) RemoveNow(id);
    }

    /// <summary>
    /// Ids of texts with all of these words (the last one may be the beginning of a word), newest first, at most so many, below a row's
    /// number. Words are taken as they are: nothing in them is an operator. Null once disposed, which others may do meanwhile.
    /// </summary>
    public IReadOnlyList<(string Id, long Row)>? Search(string words, int limit, long below = long.MaxValue)
    {
        if (Query(words) is not { Length: > 0 } query) return [];
        lock (turn)
        {
            if (disposed) return null;
            Bind(search, query, below, (long)limit);
            using var reader = search.ExecuteReader();
            var found = new List<(string Id, long Row)>();
            while (reader.Read()) found.Add((reader.GetString(0), reader.GetInt64(1)));
            return found;
        }
    }

    public void Dispose()
    {
        lock (turn)
        {
            disposed = true;
            foreach (var command in (SqliteCommand[])[add, find, remove, search]) command.Dispose();
            connection.Dispose();
        }
    }

    private static string Query(string words)
    {
        var parts = words.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Where(word => word.Any(char.IsLetterOrDigit)).Take(MostWords).ToList();
        return parts.Count == 0 ? "" : string.Join(' ', parts.Select(Quoted)) + "*";
    }

    private static string Quoted(string word) => $"\"{word.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

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
        create table named (row integer primary key autoincrement, id text not null unique);
        create virtual table words using fts5(body, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2');
        """;

    private const string Name = """
        insert into named (id)
        values (@id)
        returning row
        """;

    private const string Add = """
        insert into words (rowid, body)
        values (@rowid, @body)
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
        select n.id, n.row
        from words w
        join named n on n.row = w.rowid
        where words match @words
          and w.rowid < @below
        order by w.rowid desc
        limit @rows
        """;
}
