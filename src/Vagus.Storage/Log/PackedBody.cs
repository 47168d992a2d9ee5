using System.Buffers;
using System.Globalization;
using System.Text;
using Vagus.Events;
using Vagus.Kernel;

namespace Vagus.Storage.Log;

/// <summary>How the body of a row is kept. The values are in databases.</summary>
internal enum BodyForm : byte
{
    /// <summary>As it was given.</summary>
    Whole = 0,

    /// <summary>One byte stands for each occurrence of the event's resource, and one for its patient.</summary>
    Short = 1,

    /// <summary>Not at all: it is what the type, the resource and the patient say.</summary>
    Implied = 2,
}

/// <summary>
/// The data of an event without what its row says anyway. JSON has no control characters besides white space (RFC 8259 §7), so that they
/// can stand for texts.
/// </summary>
internal static class PackedBody
{
    private const byte ResourceMark = 1;
    private const byte PatientMark = 2;

    public static (BodyForm Form, byte[] Bytes) Write(NewEvent draft)
    {
        var body = draft.Body.Span;
        PatientId? patient = draft.Patients.Count == 0 ? null : draft.Patients[0];
        if (Implied(draft.Type, draft.Resource, patient) is { } implied && body.SequenceEqual(implied)) return (BodyForm.Implied, []);
        if (body.ContainsAny(ResourceMark, PatientMark)) return (BodyForm.Whole, body.ToArray());
        return (BodyForm.Short, Replace(Replace(body, draft.Resource, ResourceMark), patient?.Value, PatientMark).ToArray());
    }

    public static byte[] Read(BodyForm form, byte[] bytes, string type, string? resource, PatientId? patient) => form switch
    {
        BodyForm.Whole => bytes,
        BodyForm.Short => Restore(bytes, resource, patient?.Value),
        BodyForm.Implied => Implied(type, resource, patient) ?? throw new InvalidDataException($"Nothing is implied by {type}."),
        _ => throw new InvalidDataException($"A body has the unknown form {(byte)form}."),
    };

    private static byte[]? Implied(string type, string? resource, PatientId? patient)
    {
        if (!type.StartsWith("resource.", StringComparison.Ordinal) || VersionedReference.Parse(resource) is not { } parts) return null;
        var version = parts.Version.ToString(CultureInfo.InvariantCulture);
        EventData? data = type switch
        {
            "resource.created" => new ResourceCreated(parts.Type, parts.Id, version, resource!, patient?.Value),
            "resource.updated" => new ResourceUpdated(parts.Type, parts.Id, version, resource!, patient?.Value),
            "resource.deleted" => new ResourceDeleted(parts.Type, parts.Id, version, resource!, patient?.Value),
            _ => null,
        };
        return data is null ? null : EventCatalogue.Serialize(data);
    }

    private static ReadOnlySpan<byte> Replace(ReadOnlySpan<byte> body, string? text, byte mark)
    {
        // A mark must be shorter than what it stands for.
        if (text is not { Length: > 1 }) return body;
        ReadOnlySpan<byte> pattern = Encoding.UTF8.GetBytes(text);
        var at = body.IndexOf(pattern);
        if (at < 0) return body;
        var shorter = new byte[body.Length];
        var length = 0;
        for (; at >= 0; at = body.IndexOf(pattern))
        {
            body[..at].CopyTo(shorter.AsSpan(length));
            shorter[length + at] = mark;
            length += at + 1;
            body = body[(at + pattern.Length)..];
        }

        body.CopyTo(shorter.AsSpan(length));
        return shorter.AsSpan(0, length + body.Length);
    }

    private static byte[] Restore(ReadOnlySpan<byte> bytes, string? resource, string? patient)
    {
        var body = new ArrayBufferWriter<byte>(bytes.Length + 256);
        for (var at = bytes.IndexOfAny(ResourceMark, PatientMark); at >= 0; at = bytes.IndexOfAny(ResourceMark, PatientMark))
        {
            body.Write(bytes[..at]);
            Encoding.UTF8.GetBytes((bytes[at] == ResourceMark ? resource : patient) ?? "", body);
            bytes = bytes[(at + 1)..];
        }

        body.Write(bytes);
        return body.WrittenSpan.ToArray();
    }
}
