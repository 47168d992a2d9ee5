using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace Vagus.Storage.Searching;

/// <summary>
/// Cuts the part out of a text that has the words of a query, and says where they stand. It splits texts as <see cref="MemoryTextIndex"/>
/// does, for both ask FTS5. In memory only; one call at a time.
/// </summary>
public sealed class TextSnippets : IDisposable
{
    private const char Begin = '\u0001';
    private const char End = '\u0002';
    private readonly SqliteConnection connection;
    private readonly SqliteCommand put;
    private readonly SqliteCommand cut;

    public TextSnippets()
    {
        connection = new SqliteConnection("Data Source=:memory:;Pooling=False");
        connection.Open();
        using var make = connection.CreateCommand();
        make.CommandText = Tables;
        make.ExecuteNonQuery();
        put = connection.CreateCommand();
        put.CommandText = Put;
        put.Parameters.Add(new SqliteParameter { ParameterName = "@body" });
        cut = connection.CreateCommand();
        cut.CommandText = Cut;
        cut.Parameters.Add(new SqliteParameter { ParameterName = "@words" });
    }

    /// <summary>Null where the text does not have the words.</summary>
    public TextSnippet? Of(TextQuery query, string text)
    {
        if (query.IsEmpty) return null;
        put.Parameters[0].Value = text.Replace(Begin, ' ').Replace(End, ' ');
        put.ExecuteNonQuery();
        cut.Parameters[0].Value = query.InText;
        return cut.ExecuteScalar() is string marked ? Read(marked) : null;
    }

    public void Dispose()
    {
        put.Dispose();
        cut.Dispose();
        connection.Dispose();
    }

    private static TextSnippet Read(string marked)
    {
        var text = new System.Text.StringBuilder(marked.Length);
        var found = new List<TextStretch>();
        var start = 0;
        foreach (var character in marked)
        {
            if (character == Begin) start = text.Length;
            else if (character == End) found.Add(new TextStretch(start, text.Length - start));
            else text.Append(character);
        }

        return new TextSnippet(text.ToString(), found);
    }

    private const string Tables = """
        pragma temp_store = memory;
        create virtual table one using fts5(body, tokenize='unicode61 remove_diacritics 2');
        """;

    private const string Put = """
        insert or replace into one (rowid, body)
        values (1, @body)
        """;

    private const string Cut = """
        select snippet(one, 0, char(1), char(2), '…', 24)
        from one
        where one match @words
        """;
}

/// <summary>A part of a text, and the stretches of it that matched.</summary>
public sealed record TextSnippet(string Text, IReadOnlyList<TextStretch> Highlights);

/// <summary>A stretch of a text, counted in UTF-16 code units as JavaScript does.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TextStretch(int Start, int Length);
