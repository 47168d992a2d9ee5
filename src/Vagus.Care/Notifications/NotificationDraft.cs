using Vagus.Care.Alerts;
using Vagus.Care.Seeing;
using Vagus.Events;
using Vagus.Storage.Log;

namespace Vagus.Care.Notifications;

/// <summary>Who is told.</summary>
internal enum Recipients
{
    /// <summary>The provider who ordered, or the one on call.</summary>
    OrderingProvider,

    CareTeam,

    /// <summary>Everybody of the role billing.</summary>
    Billing,

    /// <summary>The same, and the provider for whom the authorization was asked.</summary>
    BillingAndRequester,
}

/// <summary>What an event asks to be told of.</summary>
internal sealed record NotificationDraft(Recipients To, NotificationSent Content)
{
    /// <summary>For those who may not see all that the event draws from; null where there is no such form.</summary>
    public NotificationSent? Open { get; init; }

    /// <summary>The Practitioner who ordered or prescribed.</summary>
    public string? Provider { get; init; }

    /// <summary>The request for prior authorization: it names the provider.</summary>
    public string? Authorization { get; init; }

    /// <summary>The provider has an alert of it and is not told twice.</summary>
    public bool ProviderHasAlert { get; init; }

    /// <summary>What it waits for, such as the review of a biopsy; null: nothing.</summary>
    public string? Tracks { get; init; }

    /// <summary>When the result was issued; null where it does not say.</summary>
    public string? IssuedAt { get; init; }

    public static string TrackOf(string biopsy) => $"biopsy|{biopsy}";

    /// <summary>Null: the event is not notified, or its data cannot be read.</summary>
    public static NotificationDraft? Of(LoggedEvent source, Func<BiopsyResultReceived, bool> isConcerning)
    {
        var whole = Read(EventCatalogue.TryDeserialize(source.Type, source.Body), isConcerning);
        if (whole is null || source.OpenBody is not { } body) return whole;
        return whole with { Open = Read(EventCatalogue.TryDeserialize(source.Type, body), isConcerning)?.Content };
    }

    /// <summary>What was told as critical does not hold as it was told.</summary>
    public static NotificationSent OfCorrected(Alert alert, SeenForm form)
    {
        var content = alert.ContentIn(form);
        var action = content.PatientId is { } patient ? new NotificationAction("view_patient", $"/patients/{patient}") : null;
        return Make("critical_value_corrected", "high", "Critical Value Corrected", content.Message, content.PatientId, null, action);
    }

    private static NotificationDraft? Read(EventData? data, Func<BiopsyResultReceived, bool> isConcerning) => data switch
    {
        LabResultAvailable lab => new(Recipients.OrderingProvider, Make(
            "lab_result_available", "normal", "Lab Results Available", $"{lab.TestName ?? "Laboratory results"}: the report can be read.",
            lab.PatientId, lab.ReportId, new("view_lab_result", $"/patients/{lab.PatientId}/labs/{lab.ReportId}")))
        { Provider = lab.OrderingProviderId, IssuedAt = lab.IssuedAt },
        RadiologyReportFinalized report => new(Recipients.OrderingProvider, Make(
            "radiology_report_finalized", "normal", "Radiology Report Available",
            $"{report.StudyName ?? "Imaging"}: the report can be read.",
            report.PatientId, report.ReportId, new("view_radiology_report", $"/patients/{report.PatientId}/imaging/{report.ReportId}")))
        { Provider = report.OrderingProviderId, IssuedAt = report.IssuedAt },
        BiopsyResultReceived biopsy when !isConcerning(biopsy) => new(Recipients.OrderingProvider, Make(
            "biopsy_result", "high", "Biopsy Result", $"{biopsy.Procedure ?? "Biopsy"}: the result waits for review.",
            biopsy.PatientId, biopsy.ReportId, new("view_biopsy_result", $"/patients/{biopsy.PatientId}/biopsies/{biopsy.BiopsyId}")))
        { Provider = biopsy.OrderingProviderId, Tracks = TrackOf(biopsy.BiopsyId), IssuedAt = biopsy.IssuedAt },
        _ => OfSafety(data) ?? OfDenial(data),
    };

    private static NotificationDraft? OfSafety(EventData? data) => data switch
    {
        PatientAllergyAdded allergy => new(Recipients.CareTeam, Make(
            "allergy_added", "high", "Allergy Added", $"Allergy to {allergy.Substance ?? "a substance"} was recorded.", allergy.PatientId,
            null, new("view_allergies", $"/patients/{allergy.PatientId}/allergies"))),
        DrugInteractionAlert drugs => new(Recipients.CareTeam, Make(
            "drug_interaction", "high", "Drug Interaction", drugs.Detail ?? "Two medications interact.", drugs.PatientId, null,
            new("view_medications", $"/patients/{drugs.PatientId}/medications")))
        { Provider = drugs.PrescriberId, ProviderHasAlert = drugs.Severity == "high" },
        AllergyContraindication allergy => new(Recipients.CareTeam, Make(
            "allergy_contraindication", "high", "Allergy Contraindication",
            $"{allergy.Medication ?? "A medication"} was ordered for a patient who is allergic to it.", allergy.PatientId, null,
            new("view_medications", $"/patients/{allergy.PatientId}/medications")))
        { Provider = allergy.PrescriberId, ProviderHasAlert = true },
        _ => null,
    };

    private static NotificationDraft? OfDenial(EventData? data) => data switch
    {
        ClaimDenied claim => new(Recipients.Billing, Make(
            "claim_denied", "high", "Claim Denied", claim.Reason ?? "The insurer pays nothing for the claim.", claim.PatientId, null,
            new("view_claim", $"/billing/claims/{claim.ClaimId}"))),
        PriorAuthDenied denied => new(Recipients.BillingAndRequester, Make(
            "prior_auth_denied", "high", "Prior Authorization Denied", denied.Reason ?? "The insurer refused the authorization.",
            denied.PatientId, null, new("view_prior_auth", $"/billing/prior-auths/{denied.PriorAuthId}")))
        { Authorization = denied.PriorAuthId },
        _ => null,
    };

    /// <summary>It gets its id for each recipient.</summary>
    private static NotificationSent Make(
        string type, string priority, string title, string message, string? patient, string? report, NotificationAction? action) =>
        new("", type, priority, title, message, patient, report, action);
}
