using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Vagus.Events;

namespace Vagus.TypeScriptGenerator;

/// <summary>What consumers rely on, one line per event. The approved copy is <c>docs/contracts/events.json</c>.</summary>
public static class ContractSnapshot
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write()
    {
        var text = new StringBuilder("{\n  \"events\": [\n");
        text.AppendJoin(",\n", EventCatalogue.All.Select(type => "    " + Line(writer => WriteEvent(writer, type))));
        text.Append("\n  ],\n  \"records\": [\n");
        text.AppendJoin(",\n", Field.NestedRecords().Select(record => "    " + Line(writer => WriteRecord(writer, record))));
        return text.Append("\n  ]\n}\n").ToString();
    }

    private static void WriteEvent(Utf8JsonWriter writer, EventType type)
    {
        writer.WriteString("type", type.Name);
        writer.WriteString("socketName", type.SocketName);
        writer.WriteString("clinicalKind", type.ClinicalKind);
        writer.WriteString("importance", type.Importance.ToString().ToLowerInvariant());
        if (type.StaffOnly) writer.WriteBoolean("staffOnly", true);
        WriteFields(writer, type.Json);
    }

    private static void WriteRecord(Utf8JsonWriter writer, JsonTypeInfo record)
    {
        writer.WriteString("record", record.Type.Name);
        WriteFields(writer, record);
    }

    private static void WriteFields(Utf8JsonWriter writer, JsonTypeInfo record)
    {
        writer.WriteStartObject("fields");
        foreach (var field in Field.Of(record)) writer.WriteString(field.Name, TypeOf(field));
        writer.WriteEndObject();
    }

    internal static string TypeOf(Field field)
    {
        var name = field.IsRecord ? field.Type.Name : Primitive(field.Type);
        return $"{name}{(field.IsList ? "[]" : "")}{(field.Nullable ? "?" : "")}";
    }

    private static string Primitive(Type type) => type switch
    {
        _ when type == typeof(string) => "string",
        _ when type == typeof(DateTimeOffset) => "instant",
        _ when type == typeof(bool) => "boolean",
        _ when type == typeof(int) || type == typeof(long) => "integer",
        _ when type == typeof(decimal) => "decimal",
        _ => throw new NotSupportedException($"No contract type for {type}."),
    };

    private static string Line(Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, Options))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }
}
