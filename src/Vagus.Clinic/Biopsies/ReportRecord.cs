using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vagus.Clinic.Records;
using Vagus.Fhir.Meaning;
using Vagus.Fhir.Records;
using Vagus.Kernel;

namespace Vagus.Clinic.Biopsies;

/// <summary>The pathology DiagnosticReport of a biopsy. Pure.</summary>
internal static class ReportRecord
{
    private const string SectionSystem = "http://terminology.hl7.org/CodeSystem/v2-0074";
    private const string TextMedia = "text/plain; charset=utf-8";

    public static JsonObject Of(BiopsyFile biopsy, BiopsyResult result, DateTimeOffset at)
    {
        var report = biopsy.Report?.ToObject() ?? New(biopsy);
        report["status"] = StatusAfter(biopsy.Report?.Json.Text("status"));
        report["issued"] = Instants.Write(at);
        report["conclusion"] = result.Diagnosis;
        report.Put("conclusionCode", result.Code is { } code ? new JsonArray(RecordParts.Concept(
            result.CodeSystem ?? CodeSystems.Snomed, code, result.Diagnosis)) : null);
        report.Put("resultsInterpreter", result.Pathologist is { } name
            ? new JsonArray(new JsonObject { ["type"] = "Practitioner", ["display"] = name }) : null);
        report.Put("presentedForm", result.Report is { } text ? new JsonArray(new JsonObject
        {
            ["contentType"] = TextMedia, ["data"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(text)),
        }) : null);
        var others = (report["extension"] as JsonArray ?? []).Where(each => (string?)each?["url"] != BiopsyOrder.IsMalignantUrl)
            .Select(each => each?.DeepClone()).ToList();
        if (result.IsMalignant is { } malignant)
            others.Add(new JsonObject { ["url"] = BiopsyOrder.IsMalignantUrl, ["valueBoolean"] = malignant });
        report.Put("extension", others.Count > 0 ? new JsonArray([.. others]) : null);
        return report;
    }

    /// <summary>The text of the report as it was sent; null where there is none, or it is of another form.</summary>
    public static string? TextOf(JsonElement report)
    {
        foreach (var form in report.Items("presentedForm"))
        {
            if (form.Text("contentType")?.StartsWith("text/plain", StringComparison.Ordinal) == true && form.Child("data") is { } data
                && data.ValueKind == JsonValueKind.String && data.TryGetBytesFromBase64(out var bytes))
            {
                return Encoding.UTF8.GetString(bytes);
            }
        }

        return null;
    }

    private static JsonObject New(BiopsyFile biopsy)
    {
        var report = RecordParts.Resource("DiagnosticReport");
        SecurityOf.CopyTo(biopsy.Order.Json, report);
        report["basedOn"] = new JsonArray(RecordParts.Reference("ServiceRequest", biopsy.Order.Id));
        report["category"] = new JsonArray(RecordParts.Concept(SectionSystem, "SP", "Surgical Pathology"));
        report["code"] = RecordParts.Concept(CodeSystems.Loinc, "11529-5", "Surgical pathology study");
        report["subject"] = biopsy.Order.Json.Child("subject") is { } patient ? JsonObject.Create(patient.Clone()) : null;
        if (biopsy.Specimen is { } specimen) report["specimen"] = new JsonArray(RecordParts.Reference("Specimen", specimen.Id));
        return report;
    }

    // An event tells of each change of the status: a second amendment is a correction (both are issued reports that were changed).
    private static string StatusAfter(string? before) => before switch { null => "final", "amended" => "corrected", _ => "amended" };
}
