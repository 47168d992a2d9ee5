using System.Text.Json;
using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.R4.Validation;

namespace Vagus.Bench.FhirKernel;

/// <summary>What our write path does with the bytes of a resource before they are stored.</summary>
internal static class VagusKernel
{
    private static readonly SearchIndexer Indexer = new(OwnBases.None);

    public static void Parse(byte[] utf8) => Read(utf8).Dispose();

    public static void Validate(byte[] utf8)
    {
        using var document = Read(utf8);
        MustBeValid(document);
    }

    public static void Extract(byte[] utf8)
    {
        using var document = Read(utf8);
        _ = Indexer.Extract(document.RootElement, document.RootElement.GetProperty("resourceType"u8).GetString() ?? "");
    }

    public static void Write(byte[] utf8, LinkRewrite? rewrite)
    {
        using var document = Read(utf8);
        _ = StoredBody.Write(document.RootElement, "1", 1, DateTimeOffset.UnixEpoch, rewrite);
        MustBeValid(document);
    }

    private static JsonDocument Read(byte[] utf8) => FhirJson.ParseResource(utf8).Value;

    private static void MustBeValid(JsonDocument document)
    {
        if (ResourceValidator.Validate(document.RootElement, OwnBases.None).Count > 0) throw new InvalidDataException("A resource is invalid");
    }
}
