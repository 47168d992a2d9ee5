using System.Buffers;
using System.Text.Json;
using Vagus.Kernel;

namespace Vagus.Access.Audit;

/// <summary>
/// An entry as the bytes that are stored and hashed: compact JSON, fields that are absent left out. See the README for the names.
/// </summary>
internal static class AuditBody
{
    public static byte[] Write(AuditEntry entry)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer, Unchecked))
        {
            writer.WriteStartObject();
            writer.WriteString("action"u8, entry.Action);
            writer.WriteNumber("outcome"u8, (int)entry.Outcome);
            WriteText(writer, "reason"u8, entry.Reason);
            WriteText(writer, "user"u8, entry.User?.Value);
            WriteText(writer, "role"u8, entry.Role?.Name());
            WriteText(writer, "session"u8, entry.Session?.Value);
            WriteText(writer, "client"u8, entry.Client);
            WriteText(writer, "on"u8, entry.On);
            WriteList(writer, "shown"u8, entry.Shown);
            if (entry.Patients.Count > 0) WriteList(writer, "patients"u8, entry.Patients.Select(patient => patient.Value));
            WriteText(writer, "address"u8, entry.Address);
            WriteText(writer, "request"u8, entry.Request);
            WriteText(writer, "purpose"u8, entry.Purpose);
            if (entry.SealedQuery is { } query) writer.WriteBase64String("query"u8, query);
            WriteText(writer, "detail"u8, entry.Detail);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    public static AuditEntry Read(byte[] body)
    {
        using var document = JsonDocument.Parse(body);
        var entry = document.RootElement;
        return new AuditEntry(Text(entry, "action"u8) ?? "")
        {
            Outcome = (AuditOutcome)entry.GetProperty("outcome"u8).GetInt32(),
            Reason = Text(entry, "reason"u8),
            User = Text(entry, "user"u8) is { } user ? new UserId(user) : null,
            Role = Roles.Parse(Text(entry, "role"u8)),
            Session = Text(entry, "session"u8) is { } session ? new SessionId(session) : null,
            Client = Text(entry, "client"u8),
            On = Text(entry, "on"u8),
            Shown = [.. Texts(entry, "shown"u8)],
            Patients = [.. Texts(entry, "patients"u8).Select(patient => new PatientId(patient))],
            Address = Text(entry, "address"u8),
            Request = Text(entry, "request"u8),
            Purpose = Text(entry, "purpose"u8),
            SealedQuery = entry.TryGetProperty("query"u8, out var query) ? query.GetBytesFromBase64() : null,
            Detail = Text(entry, "detail"u8),
        };
    }

    private static void WriteText(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? text)
    {
        if (text is not null) writer.WriteString(name, text);
    }

    private static void WriteList(Utf8JsonWriter writer, ReadOnlySpan<byte> name, IEnumerable<string> texts)
    {
        if (texts is IReadOnlyList<string> { Count: 0 }) return;
        writer.WriteStartArray(name);
        foreach (var text in texts) writer.WriteStringValue(text);
        writer.WriteEndArray();
    }

    private static string? Text(JsonElement entry, ReadOnlySpan<byte> name) =>
        entry.TryGetProperty(name, out var text) ? text.GetString() : null;

    private static IEnumerable<string> Texts(JsonElement entry, ReadOnlySpan<byte> name) =>
        entry.TryGetProperty(name, out var texts) ? texts.EnumerateArray().Select(text => text.GetString() ?? "").ToList() : [];

    private static readonly JsonWriterOptions Unchecked = new() { SkipValidation = true };
}
