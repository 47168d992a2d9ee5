using System.Text.Json.Serialization;

namespace Vagus.Fhir.R4.FhirPath.Functions;

/// <summary>Reads a JSON string without reflection.</summary>
[JsonSerializable(typeof(string))]
internal sealed partial class JsonTexts : JsonSerializerContext;
