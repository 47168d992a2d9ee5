using System.Globalization;
using System.Text.Json;

namespace Vagus.Fhir.Http;

/// <summary>How well a resource matches (R4 patient-operation-match): a score from 0 to 1, and its grade.</summary>
internal sealed record MatchGrade(double Score)
{
    private const string Extension = "http://hl7.org/fhir/StructureDefinition/match-grade";

    public bool IsCertain => Score >= 0.95;

    private string Grade => Score switch
    {
        >= 0.95 => "certain",
        >= 0.7 => "probable",
        _ => "possible",
    };

    public void WriteExtension(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("extension"u8);
        writer.WriteStartObject();
        writer.WriteString("url"u8, Extension);
        writer.WriteString("valueCode"u8, Grade);
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    public void WriteScore(Utf8JsonWriter writer)
    {
        writer.WritePropertyName("score"u8);
        writer.WriteRawValue(Score.ToString("0.00", CultureInfo.InvariantCulture));
    }
}
