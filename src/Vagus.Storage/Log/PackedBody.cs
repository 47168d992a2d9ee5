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

    /// <summary>Bytes stand for the event's resource, for its patient and for <see cref="EventWords"/>.</summary>
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
    private static readonly SearchValues<byte> Marks =
        SearchValues.Create([ResourceMark, PatientMark, .. EventWords.All.Select(word => word.Mark)]);

    public static (BodyForm Form, byte[] Bytes) Write(NewEvent draft)
    {
        var body = draft.Body.Span;
        PatientId? patient = draft.Patients.Count == 0 ? null : draft.Patients[0];
        if (Implied(draft.Type, draft.Resource, patient) is { } implied && body.SequenceEqual(implied)) return (BodyForm.Implied, []);
        if (body.ContainsAny(Marks)) return (BodyForm.Whole, body.ToArray());
        var left = body.ToArray().AsSpan();
        left = Replace(left, draft.Resource, ResourceMark);
        left = Replace(left, patient?.Value, PatientMark);
        foreach (var (mark, word) in EventWords.All) left = Replace(left, word, mark);
        return (BodyForm.Short, left.ToArray());
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

    // A mark must be shorter than what it stands for.
    private static Span<byte> Replace(Span<byte> body, string? text, byte mark) =>
        text is { Length: > 1 } ? Replace(body, Encoding.UTF8.GetBytes(text), mark) : body;

    /// <summary>Replaces in place; answers what is left.</summary>
    private static Span<byte> Replace(Span<byte> body, ReadOnlySpan<byte> word, byte mark)
    {
        var length = body.IndexOf(word);
        if (length < 0) return body;
        for (var at = length; ;)
        {
            body[length++] = mark;
            at += word.Length;
            var next = body[at..].IndexOf(word);
            var kept = next < 0 ? body.Length - at : next;
            body.Slice(at, kept).CopyTo(body[length..]);
            length += kept;
            if (next < 0) return body[..length];
            at += next;
        }
    }

    private static byte[] Restore(ReadOnlySpan<byte> bytes, string? resource, string? patient)
    {
        var (about, whose) = (Encoding.UTF8.GetBytes(resource ?? ""), Encoding.UTF8.GetBytes(patient ?? ""));
        var body = new ArrayBufferWriter<byte>(bytes.Length + 512);
        Restore(body, bytes, about, whose);
        return body.WrittenSpan.ToArray();
    }

    private static void Restore(ArrayBufferWriter<byte> body, ReadOnlySpan<byte> bytes, byte[] resource, byte[] patient)
    {
        for (var at = bytes.IndexOfAny(Marks); at >= 0; at = bytes.IndexOfAny(Marks))
        {
            body.Write(bytes[..at]);
            if (bytes[at] == ResourceMark) body.Write(resource);
            else if (bytes[at] == PatientMark) body.Write(patient);
            // A word has the two marks above, and no other word within it.
            else Restore(body, EventWords.Of(bytes[at]), resource, patient);
            bytes = bytes[(at + 1)..];
        }

        body.Write(bytes);
    }
}
