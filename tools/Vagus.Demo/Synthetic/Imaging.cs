using System.Numerics;
using System.Text.Json.Nodes;

namespace Vagus.Demo.Synthetic;

/// <summary>A kind of examination, and what the radiologist finds: usually nothing, sometimes what cannot wait.</summary>
internal sealed record Examination(Code Code, Code Modality, Code BodySite, string SopClass, Code Critical)
{
    public static readonly Examination ChestXray = new(
        Code.Loinc("36643-5", "XR Chest 2 Views"), Code.Dicom("DX", "Digital Radiography"), Code.Snomed("51185008", "Thoracic structure"),
        "1.2.840.10008.5.1.4.1.1.1.1", Code.Snomed("36118008", "Pneumothorax"));

    public static readonly Examination ChestCt = new(
        Code.Loinc("24627-2", "CT Chest"), Code.Dicom("CT", "Computed Tomography"), Code.Snomed("51185008", "Thoracic structure"),
        "1.2.840.10008.5.1.4.1.1.2", Code.Snomed("59282003", "Pulmonary embolism"));

    public static readonly Examination BrainMri = new(
        Code.Loinc("24590-2", "MR Brain"), Code.Dicom("MR", "Magnetic Resonance"), Code.Snomed("12738006", "Brain structure"),
        "1.2.840.10008.5.1.4.1.1.4", Code.Snomed("1386000", "Intracranial hemorrhage"));

    public static readonly IReadOnlyList<Examination> All = [ChestXray, ChestCt, BrainMri];
}

/// <summary>Imaging orders, studies and radiology reports.</summary>
internal static class Imaging
{
    private static readonly Code Unremarkable = Code.Snomed("17621005", "Normal");

    public static JsonObject Order(Scene scene, Examination examination, string status = "active")
    {
        var order = scene.About("ServiceRequest", "imaging/order", status);
        order["intent"] = "order";
        order["category"] = Fhir.List(Fhir.Concept(Code.Snomed("363679005", "Imaging")));
        order["priority"] = "routine";
        order["code"] = Fhir.Concept(examination.Code);
        order["authoredOn"] = Fhir.Time(scene.At);
        order["requester"] = scene.Provider.Reference;
        return order;
    }

    public static JsonObject Study(Scene scene, Examination examination, string status = "available")
    {
        var study = scene.About("ImagingStudy", "imaging/study", status);
        study["identifier"] = Fhir.List(Fhir.Identifier("urn:dicom:uid", $"urn:oid:{DicomUid(scene.Id("imaging/study"))}"));
        study["started"] = Fhir.Time(scene.At);
        study["basedOn"] = Fhir.List(Fhir.Reference("ServiceRequest", scene.Id("imaging/order")));
        study["numberOfSeries"] = 1;
        study["numberOfInstances"] = 2;
        study["description"] = examination.Code.Display;
        study["series"] = Fhir.List(Series(scene, examination));
        return study;
    }

    public static JsonObject Report(Scene scene, Examination examination, bool critical)
    {
        var finding = critical ? examination.Critical : Unremarkable;
        var report = scene.About("DiagnosticReport", "imaging/report", "final");
        report["basedOn"] = Fhir.List(Fhir.Reference("ServiceRequest", scene.Id("imaging/order")));
        report["category"] = Fhir.List(Fhir.Concept(Code.Hl7("v2-0074", "RAD", "Radiology")));
        report["code"] = Fhir.Concept(examination.Code);
        report["effectiveDateTime"] = Fhir.Time(scene.At);
        report["issued"] = Fhir.Time(scene.At);
        report["performer"] = Fhir.List(scene.Worker("radiology").Reference);
        report["resultsInterpreter"] = Fhir.List(scene.Worker("radiology").Reference);
        report["imagingStudy"] = Fhir.List(Fhir.Reference("ImagingStudy", scene.Id("imaging/study")));
        report["conclusion"] = critical ? $"{finding.Display}. Call the ordering provider now." : "No acute finding.";
        report["conclusionCode"] = Fhir.List(Fhir.Concept(finding));
        return report;
    }

    /// <summary>One image of the study as a DICOM file. Its reader is who may read the study.</summary>
    public static JsonObject Image(Scene scene, Examination examination, int number)
    {
        var image = Fhir.Resource("Binary", scene.Id($"imaging/image/{number}"));
        image["contentType"] = "application/dicom";
        image["securityContext"] = Fhir.Reference("ImagingStudy", scene.Id("imaging/study"));
        image["data"] = Convert.ToBase64String(DicomFile.Of(
            examination.SopClass, DicomUid(scene.Id($"imaging/instance/{number}")), DicomUid(scene.Id("imaging/study")),
            DicomUid(scene.Id("imaging/series")), examination.Modality.Value));
        return image;
    }

    private static JsonObject Series(Scene scene, Examination examination) => new()
    {
        ["uid"] = DicomUid(scene.Id("imaging/series")),
        ["number"] = 1,
        ["modality"] = Fhir.Coding(examination.Modality),
        ["description"] = examination.Code.Display,
        ["numberOfInstances"] = 2,
        ["bodySite"] = Fhir.Coding(examination.BodySite),
        ["started"] = Fhir.Time(scene.At),
        ["instance"] = Fhir.List(Instance(scene, examination, 1), Instance(scene, examination, 2)),
    };

    private static JsonObject Instance(Scene scene, Examination examination, int number) => new()
    {
        ["uid"] = DicomUid(scene.Id($"imaging/instance/{number}")),
        ["sopClass"] = new JsonObject { ["system"] = "urn:ietf:rfc:3986", ["code"] = $"urn:oid:{examination.SopClass}" },
        ["number"] = number,
    };

    /// <summary>DICOM's own way to make a UID of a UUID: the arc 2.25 and the UUID as one decimal number (PS3.5, B.2).</summary>
    private static string DicomUid(string uuid) =>
        $"2.25.{new BigInteger(Guid.Parse(uuid).ToByteArray(bigEndian: true), isUnsigned: true, isBigEndian: true)}";
}
