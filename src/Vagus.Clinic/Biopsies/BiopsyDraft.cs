using Vagus.Clinic.Requests;

namespace Vagus.Clinic.Biopsies;

/// <summary>The biopsy that a request orders. One with a specimen has been taken already.</summary>
internal sealed record BiopsyDraft(
    string PatientId, string ProviderId, string Site, string? Procedure, string? EncounterId, string? Specimen)
{
    public static readonly string[] Fields = ["patientId", "providerId", "site", "procedure", "encounterId", "specimen"];

    public static BiopsyDraft Of(BodyFields fields) => new(
        fields.Id("patientId"), fields.Id("providerId"), fields.Text("site"), fields.TextOrNull("procedure"),
        fields.IdOrNull("encounterId"), fields.TextOrNull("specimen"));
}

/// <summary>What a request changes of a biopsy; what is absent stays as it is.</summary>
internal sealed record BiopsyChange(string? ProviderId, string? Site, string? Procedure, string? Specimen, string? Status)
{
    public static readonly string[] Fields = ["providerId", "site", "procedure", "specimen", "status"];

    public static BiopsyChange Of(BodyFields fields) => new(
        fields.IdOrNull("providerId"), fields.TextOrNull("site"), fields.TextOrNull("procedure"), fields.TextOrNull("specimen"),
        fields.OneOf("status", BiopsyStatus.Set));
}

/// <summary>What the laboratory found.</summary>
/// <param name="Diagnosis">In words.</param>
/// <param name="Code">Its code, of SNOMED CT where the system is not named.</param>
/// <param name="CodeSystem">The address of the code's system.</param>
/// <param name="IsMalignant">The pathologist's word; null: the code alone tells.</param>
/// <param name="Report">The text of the report.</param>
/// <param name="Pathologist">By name.</param>
/// <param name="Amends">A result that is there is replaced by this one.</param>
internal sealed record BiopsyResult(
    string Diagnosis, string? Code, string? CodeSystem, bool? IsMalignant, string? Report, string? Pathologist, bool Amends)
{
    public static readonly string[] Fields = ["diagnosis", "code", "codeSystem", "isMalignant", "report", "pathologist", "amends"];

    private const int LongestReport = 20_000;

    public static BiopsyResult Of(BodyFields fields) => new(
        fields.Text("diagnosis", 1_000), fields.TextOrNull("code"), fields.TextOrNull("codeSystem"),
        fields.Has("isMalignant") ? fields.Flag("isMalignant") : null, fields.TextOrNull("report", LongestReport),
        fields.TextOrNull("pathologist"), fields.Flag("amends"));
}
