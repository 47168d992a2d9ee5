using System.Text;
using System.Text.Json.Serialization.Metadata;
using Vagus.Events;

namespace Vagus.TypeScriptGenerator;

/// <summary>The catalogue as data for <c>@vagus/events</c>: the names and fields that its validators go by.</summary>
public static class PackageContract
{
    private const string Head =
        """
        // Generated from the event catalogue by tools/Vagus.TypeScriptGenerator. Do not edit.
        // A field ends with "?" where it may be null, and with "[]" where it is a list. Upper case begins the name of a record.


        """;

    public static string Write()
    {
        var text = new StringBuilder(Head).Append("export const fieldsByType = {\n");
        foreach (var type in EventCatalogue.All) WriteFields(text, type.Name, type.Json);
        text.Append("} as const;\n\nexport const fieldsByRecord = {\n");
        foreach (var record in Field.NestedRecords()) WriteFields(text, record.Type.Name, record);
        text.Append("} as const;\n\nexport const importanceByType = {\n");
        foreach (var type in EventCatalogue.All) text.Append($"  '{type.Name}': '{type.Importance.ToString().ToLowerInvariant()}',\n");
        return text.Append("} as const;\n").ToString();
    }

    private static void WriteFields(StringBuilder text, string name, JsonTypeInfo record)
    {
        text.Append($"  '{name}': {{\n");
        foreach (var field in Field.Of(record)) text.Append($"    {field.Name}: '{ContractSnapshot.TypeOf(field)}',\n");
        text.Append("  },\n");
    }
}
