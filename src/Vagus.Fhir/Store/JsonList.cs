using System.Text.Json;

namespace Vagus.Fhir.Store;

/// <summary>Many values as one parameter, so that a statement's text does not depend on their number: rows of a query.</summary>
internal static class JsonList
{
    public static EngineText Numbers(SqlText text, IEnumerable<long> values) => Rows(text, JsonSerializer.Serialize(values), "bigint");

    public static EngineText Texts(SqlText text, IEnumerable<string> values) => Rows(text, JsonSerializer.Serialize(values), "text");

    private static EngineText Rows(SqlText text, string json, string type)
    {
        var list = text.Value(json);
        return new EngineText(
            $"select j.value from json_each({list}) j",
            $"select cast(j.value as {type}) from json_array_elements_text(cast(cast({list} as text) as json)) j (value)");
    }
}
