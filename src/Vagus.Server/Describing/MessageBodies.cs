using Microsoft.OpenApi;

namespace Vagus.Server.Describing;

/// <summary>The bodies of messaging, which are read by hand.</summary>
internal static class MessageBodies
{
    private const JsonSchemaType Text = JsonSchemaType.String;
    private const JsonSchemaType TextOrNull = JsonSchemaType.String | JsonSchemaType.Null;
    private const JsonSchemaType ListOrNull = JsonSchemaType.Array | JsonSchemaType.Null;
    private const JsonSchemaType NumberOrNull = JsonSchemaType.Integer | JsonSchemaType.Null;

    public static bool IsOfMessages(string path) =>
        path.StartsWith("/api/messages", StringComparison.Ordinal) || path.StartsWith("/api/patient-messages", StringComparison.Ordinal)
            || path.StartsWith("/api/patient-portal/messages", StringComparison.Ordinal);

    public static OpenApiRequestBody? Of(string method, string path)
    {
        if (!IsOfMessages(path) || method is not ("POST" or "PUT")) return null;
        if (path.EndsWith("/attachments", StringComparison.Ordinal)) return Doors.Json("multipart/form-data", Doors.Texts("file"));
        var isStaff = path.StartsWith("/api/patient-messages", StringComparison.Ordinal);
        return Schema(path.TrimEnd('/'), isStaff) is { } schema ? Doors.Json("application/json", schema) : null;
    }

    private static OpenApiSchema? Schema(string path, bool isStaff) => path.Split('/')[^1] switch
    {
        "retraction" => Doors.Texts("reason"),
        "threads" when isStaff => Doors.Object(
            ("patientId", Text), ("subject", Text), ("category", Text), ("priority", TextOrNull), ("content", TextOrNull),
            ("attachmentIds", ListOrNull), ("clientMessageId", TextOrNull)),
        "threads" => Doors.Object(
            ("patientId", TextOrNull), ("subject", Text), ("category", Text), ("content", TextOrNull), ("attachmentIds", ListOrNull),
            ("clientMessageId", TextOrNull)),
        "{id}" => Doors.Object(
            ("assignedTo", TextOrNull), ("team", TextOrNull), ("status", TextOrNull), ("priority", TextOrNull), ("category", TextOrNull),
            ("subject", TextOrNull), ("version", NumberOrNull)),
        "bulk" => Doors.Object(("threadIds", JsonSchemaType.Array), ("changes", JsonSchemaType.Object)),
        "mark-read" => Doors.Object(("upToSequence", NumberOrNull)),
        "close" or "reopen" => Doors.Object(("version", NumberOrNull)),
        "messages" when path == "/api/messages" => Doors.Texts(
            "recipientId?", "threadId?", "content", "contextType?", "contextId?", "clientMessageId?"),
        "messages" when isStaff => Doors.Object(
            ("content", TextOrNull), ("isInternalNote", JsonSchemaType.Boolean | JsonSchemaType.Null), ("mentions", ListOrNull),
            ("attachmentIds", ListOrNull), ("lastSeenSequence", NumberOrNull), ("clientMessageId", TextOrNull), ("status", TextOrNull)),
        "messages" => Doors.Object(
            ("content", TextOrNull), ("attachmentIds", ListOrNull), ("lastSeenSequence", NumberOrNull), ("clientMessageId", TextOrNull)),
        _ => null,
    };
}
