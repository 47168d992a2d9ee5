using System.Text.Json;
using System.Text.Json.Serialization;
using Vagus.Kernel;

namespace Vagus.Messaging.Drafts;

/// <summary>What somebody has written so far; sealed as one JSON. The fields of a new thread are empty in a thread that is there.</summary>
internal sealed record DraftContent(string Content)
{
    public static readonly string[] Fields = ["content", "version"];
    public static readonly string[] FieldsOfNewThread = ["content", "version", "subject", "category", "patientId"];

    private const int MostOfContent = 5000;
    private const int MostOfSubject = 200;

    public string? Subject { get; init; }

    public string? Category { get; init; }

    public string? PatientId { get; init; }

    /// <summary>Half-written is allowed: no field is asked for, and a category may be any word.</summary>
    public static Result<DraftContent> Read(RequestFields fields)
    {
        // A character is at most two units; as messages are, so that what may be kept may be sent.
        var (content, subject) = (fields.TextOrEmpty("content", 2 * MostOfContent), fields.TextOrEmpty("subject", MostOfSubject));
        var (category, patient) = (fields.OptionalText("category"), fields.OptionalText("patientId"));
        if ((content.Refusal ?? subject.Refusal ?? category.Refusal ?? patient.Refusal) is { } refusal) return refusal;
        if (content.Value.EnumerateRunes().Count() > MostOfContent) return MessagingRefusals.TooLong;
        return new DraftContent(content.Value)
        {
            Subject = subject.Value.Length == 0 ? null : subject.Value, Category = category.Value, PatientId = patient.Value,
        };
    }

    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, DraftJson.Default.DraftContent);

    public static DraftContent Of(string text) => JsonSerializer.Deserialize(text, DraftJson.Default.DraftContent) ?? new DraftContent("");
}

[JsonSerializable(typeof(DraftContent))]
internal sealed partial class DraftJson : JsonSerializerContext;
