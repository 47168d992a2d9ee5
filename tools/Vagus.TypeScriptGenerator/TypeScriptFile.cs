using System.Text;
using Vagus.Events;

namespace Vagus.TypeScriptGenerator;

/// <summary>The TypeScript face of the catalogue, for <c>@vagus/client</c>.</summary>
public static class TypeScriptFile
{
    private const string Head =
        """
        // Generated from the event catalogue by tools/Vagus.TypeScriptGenerator. Do not edit.

        """;

    private const string Tail =
        """

        export type EventType = keyof EventDataByType;
        export type SocketEventName = keyof EventDataBySocketName;

        /** What the socket adds to an event's data. */
        export interface Delivery {
          eventId: string;
          sequence: number;
          occurredAt: string;
          patientId: string | null;
        }

        /** The payload of a Socket.IO event. */
        export type SocketEvent<Name extends SocketEventName = SocketEventName> = EventDataBySocketName[Name] & Delivery;

        /** The envelope of an event: CloudEvents 1.0. */
        export interface CloudEvent<Type extends EventType = EventType> {
          specversion: '1.0';
          id: string;
          type: Type;
          source: string;
          subject?: string;
          time: string;
          datacontenttype: string;
          tenantid?: string;
          userid?: string;
          portaltype?: string;
          correlationid?: string;
          traceparent?: string;
          sequence?: number;
          data: EventDataByType[Type];
        }

        """;

    public static string Write()
    {
        var text = new StringBuilder(Head);
        foreach (var record in Field.NestedRecords()) WriteInterface(text, record.Type.Name, Field.Of(record), comment: null);
        foreach (var type in EventCatalogue.All) WriteInterface(text, type.DataType.Name, Field.Of(type.Json), comment: type.When);
        WriteMap(text, "Event data by CloudEvents type.", "EventDataByType", EventCatalogue.All, type => type.Name);
        WriteMap(
            text, "Event data by Socket.IO event name.", "EventDataBySocketName",
            EventCatalogue.All.Where(type => type.SocketName is not null), type => type.SocketName!);
        WriteCatalogue(text);
        return text.Append(Tail).ToString();
    }

    private static void WriteInterface(StringBuilder text, string name, IReadOnlyList<Field> fields, string? comment)
    {
        text.Append('\n');
        if (comment is not null) text.Append($"/** {comment} */\n");
        text.Append($"export interface {name} {{\n");
        foreach (var field in fields) text.Append($"  {field.Name}: {TypeOf(field)};\n");
        text.Append("}\n");
    }

    private static void WriteMap(StringBuilder text, string comment, string name, IEnumerable<EventType> types, Func<EventType, string> key)
    {
        text.Append($"\n/** {comment} */\nexport interface {name} {{\n");
        foreach (var type in types) text.Append($"  '{key(type)}': {type.DataType.Name};\n");
        text.Append("}\n");
    }

    private static void WriteCatalogue(StringBuilder text)
    {
        text.Append("\n/** The names that an event goes by, and how loudly it asks for attention. */\nexport const eventCatalogue = {\n");
        foreach (var type in EventCatalogue.All)
        {
            var socketName = type.SocketName is null ? "null" : $"'{type.SocketName}'";
            text.Append(
                $"  '{type.Name}': {{ socketName: {socketName}, clinicalKind: '{type.ClinicalKind}', importance: '{type.Importance.ToString().ToLowerInvariant()}' }},\n");
        }

        text.Append("} as const;\n");
    }

    private static string TypeOf(Field field)
    {
        var type = field.IsRecord ? field.Type.Name : Primitive(field.Type);
        if (field.IsList) type = $"readonly {type}[]";
        return field.Nullable ? $"{type} | null" : type;
    }

    private static string Primitive(Type type) => type switch
    {
        _ when type == typeof(string) || type == typeof(DateTimeOffset) => "string",
        _ when type == typeof(bool) => "boolean",
        _ when type == typeof(int) || type == typeof(long) || type == typeof(decimal) => "number",
        _ => throw new NotSupportedException($"No TypeScript type for {type}."),
    };
}
