using System.Text.Json;
using System.Text.Json.Serialization;
using Vagus.Kernel;
using Vagus.Messaging.Files;

namespace Vagus.Messaging.Drafts;

/// <summary>What somebody has written so far; sealed as one JSON. The fields of a new thread are empty in a thread that is there.</summary>
internal sealed record DraftContent(string Content)
{
    public static readonly string[] Fields = ["content", "version", "attachmentIds"];
    public static readonly string[] FieldsOfNewThread = ["content", "version", "subject", "category", "patientId", "attachmentIds"];

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

/// <summary>A draft as a device saves it.</summary>
/// <param name="Content">What is sealed.</param>
/// <param name="Version">The one that the device has seen; null: it does not tell.</param>
/// <param name="AttachmentIds">All files of the draft; null: those that it has.</param>
internal sealed record GivenDraft(DraftContent Content, long? Version, IReadOnlyList<string>? AttachmentIds)
{
    public static Result<GivenDraft> Read(RequestFields fields)
    {
        var (content, version, files) = (
            DraftContent.Read(fields), fields.Position("version"), fields.Texts("attachmentIds", Attachments.Most));
        if ((content.Refusal ?? version.Refusal ?? files.Refusal) is { } refusal) return refusal;
        return new GivenDraft(content.Value, version.Value, files.Value?.Distinct(StringComparer.Ordinal).ToList());
    }
}

[JsonSerializable(typeof(DraftContent))]
internal sealed partial class DraftJson : JsonSerializerContext;
