namespace Vagus.Storage.Sql;

/// <summary>
/// A statement with lists: each is a parameter that holds a JSON array of texts, which the engines open in words of their own.
/// </summary>
public static class ListSql
{
    /// <param name="text">Writes the statement; it is given how a list is opened.</param>
    public static Statement With(Func<Func<string, string>, string> text) => new(
        text(parameter => $"select value from json_each(@{parameter})"),
        text(parameter => $"select json_array_elements_text(@{parameter}::json)"));
}
