using System.Text.Json;
using Vagus.Events;

namespace Vagus.Care.Alerts;

/// <summary>What an alert says of the patient.</summary>
internal sealed record AlertContent(string Title, string Message, string? PatientId, string? PatientName, CriticalAlertDetails? Details)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    /// <summary>For an owner who may not see the record: it says that something waits, and nothing of whom.</summary>
    public AlertContent WithoutPatient() => new(
        Title, "A critical result of a restricted record waits. Open the record in an emergency, or delegate the alert.", null, null, null);

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Options);

    public static AlertContent Parse(byte[] json) =>
        JsonSerializer.Deserialize<AlertContent>(json, Options) ?? throw new InvalidDataException("The content of an alert is null.");
}
