using System.Text.Json;
using Vagus.Access.Files;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Writing;

/// <summary>The files of <c>/api/files</c> that a resource names, in an attachment, an extension or wherever it holds an address.</summary>
internal static class FileLinks
{
    /// <summary>Each costs the write that names it some statements, in its turn.</summary>
    private const int Most = 100;

    private const string Door = "api/files/";

    private static readonly Refusal TooMany = FhirRefusals.TooCostly($"A resource may name {Most} files.");

    /// <summary>
    /// The types that the stores of files are granted as, and Media. Patients write none of them: nobody closes a file by what is said in a
    /// record of lesser weight.
    /// </summary>
    public static readonly IReadOnlyList<string> Types =
        ["DiagnosticReport", "DocumentReference", "ImagingStudy", "Media", "MedicationRequest"];

    public static Refusal? Refuse(string type, JsonElement resource) =>
        Types.Contains(type, StringComparer.Ordinal) && Of(resource).Count > Most ? TooMany : null;

    public static IReadOnlyCollection<string> Of(JsonElement resource)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        Collect(resource, found);
        return found;
    }

    /// <summary>The resource as its files follow it; null is a deleted one.</summary>
    public static NamingResource Naming(
        string reference, JsonElement? resource, IReadOnlyList<PatientId> patients, Sensitivity labels, bool released) =>
        new(reference, patients, labels, released, resource is { } known && !IsInError(known));

    private static bool IsInError(JsonElement resource) =>
        PropertyText.Of(resource, "status"u8) == "entered-in-error" || PropertyText.Of(resource, "docStatus"u8) == "entered-in-error";

    private static void Collect(JsonElement element, HashSet<string> found)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject()) Collect(property.Value, found);
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray()) Collect(item, found);
                break;
            case JsonValueKind.String:
                if (IdIn(element.GetString()) is { } id) found.Add(id);
                break;
        }
    }

    // The door takes paths in any case and with escapes, and so do those who follow the link.
    private static string? IdIn(string? text)
    {
        if (text is null || text.Length < Door.Length) return null;
        if (text.Contains('%', StringComparison.Ordinal)) text = Uri.UnescapeDataString(text);
        var at = text.LastIndexOf(Door, StringComparison.OrdinalIgnoreCase);
        if (at < 0) return null;
        var rest = text[(at + Door.Length)..];
        var end = rest.AsSpan().IndexOfAny('/', '?', '#');
        return Guid.TryParse(end < 0 ? rest : rest[..end], out var id) ? id.ToString() : null;
    }
}
