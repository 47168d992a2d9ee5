using System.Text.Json.Nodes;
using Vagus.Demo.Connecting;
using Vagus.Demo.Synthetic;

namespace Vagus.Demo.Playing;

/// <summary>What happens in the middle of a visit, by its episode.</summary>
internal static class Episodes
{
    private const string OnFile = "allergy/today";

    public static IEnumerable<Step> Steps(Visit visit) => visit.Episode switch
    {
        Episode.Routine =>
        [
            .. LabWork(visit, LabPanels.BloodCount), .. Prescribed(visit), Workflow.FollowUp(visit), .. Correspondence.Steps(visit),
        ],
        Episode.CriticalLab => LabWork(visit, LabPanels.Metabolic, new FixedValue(LabPanels.Potassium, 6.8m)),
        Episode.NormalImaging => ImagingWork(visit, Examination.ChestXray, critical: false),
        Episode.CriticalImaging => ImagingWork(visit, Examination.ChestCt, critical: true),
        Episode.AllergyContraindication => Contraindicated(visit),
        Episode.Biopsy => BiopsyWork(visit),
        Episode.Interaction => Interacting(visit),
        Episode.PriorAuthorizationApproved => PriorAuthorization(visit, approved: true),
        Episode.PriorAuthorizationDenied => PriorAuthorization(visit, approved: false),
        Episode.ClaimDenied => Prescribed(visit),
        Episode.FrontDeskWork => FrontDesk(visit),
        _ => [],
    };

    private static IEnumerable<Step> LabWork(Visit visit, LabPanel panel, FixedValue? critical = null)
    {
        string[] results = critical is null
            ? ["lab.result.available", "notification.sent"]
            : ["lab.result.available", "lab.critical.alert", "alert.raised", "notification.critical"];
        yield return visit.Write(14, "provider", ["lab.order.created"], scene => [Labs.Order(scene, panel)]);
        yield return visit.Write(50, "lab", results, scene => Labs.Result(scene, panel, critical));
        yield return visit.Do(51, "lab", [], Alter.Status("ServiceRequest", Labs.OrderId(visit.Scene, panel), ["active"], "completed"));
        yield return visit.Do(58, "provider", ["lab.result.viewed"],
            new Open($"DiagnosticReport/{Labs.ReportId(visit.Scene, panel)}"));
        if (critical is null) yield break;
        yield return visit.Do(59, "provider", ["alert.acknowledged", "alert.resolved"], new AnswerAlerts(visit.Scene.Patient.Id));
        // The specimen was haemolysed.
        yield return visit.Do(
            85, "lab", ["lab.critical.corrected", "alert.raised", "notification.critical"],
            Alter.Status("Observation", Labs.ObservationId(visit.Scene, panel, critical.Test), ["final"], "entered-in-error"));
        yield return visit.Do(88, "provider", ["alert.acknowledged", "alert.resolved"], new AnswerAlerts(visit.Scene.Patient.Id));
    }

    private static IEnumerable<Step> Prescribed(Visit visit)
    {
        var drug = visit.Scene.Dice("drug").Pick(Drugs.Lasting);
        yield return visit.Write(
            18, "provider", ["pharmacy.medication.prescribed"], scene => [Prescriptions.Order(scene, drug, "prescription")]);
        yield return visit.Write(
            80, "pharmacy", ["pharmacy.medication.dispensed"], scene => [Prescriptions.Dispense(scene, drug, "prescription")]);
    }

    private static IEnumerable<Step> ImagingWork(Visit visit, Examination examination, bool critical)
    {
        string[] report = critical ? ["radiology.report.finalized", "radiology.critical.alert"] : ["radiology.report.finalized"];
        yield return visit.Write(15, "provider", ["radiology.order.created"], scene => [Imaging.Order(scene, examination)]);
        yield return visit.Write(40, "radiology", [], scene => [Imaging.Study(scene, examination, "registered")]);
        yield return visit.Write(42, "radiology", ["radiology.image.uploaded"], scene => [Imaging.Image(scene, examination, 1)]);
        yield return visit.Write(43, "radiology", ["radiology.image.uploaded"], scene => [Imaging.Image(scene, examination, 2)]);
        yield return visit.Do(45, "radiology", ["radiology.study.complete"],
            Alter.Status("ImagingStudy", visit.Scene.Id("imaging/study"), ["registered"], "available"));
        yield return visit.Write(75, "radiology", report, scene => [Imaging.Report(scene, examination, critical)]);
        yield return visit.Do(
            76, "radiology", [], Alter.Status("ServiceRequest", visit.Scene.Id("imaging/order"), ["active"], "completed"));
        if (!critical) yield break;
        yield return visit.Do(80, "provider", ["alert.escalated"], new HandOnAlerts(visit.Scene.Patient.Id, new Actor("nurse")));
    }

    private static IEnumerable<Step> Contraindicated(Visit visit)
    {
        yield return visit.Write(6, "nurse", ["patient.allergy.added"], scene => [Allergies.Write(scene, Allergies.Amoxicillin, OnFile)]);
        yield return visit.Write(16, "provider", ["pharmacy.medication.prescribed", "pharmacy.allergy.contraindication"],
            scene => [Prescriptions.Order(scene, Drugs.Amoxicillin, "prescription")]);
        yield return visit.Write(
            30, "pharmacy", ["pharmacy.allergy.contraindication"], scene => [Prescriptions.AllergyIssue(scene, OnFile, "prescription")]);
        yield return visit.Do(
            34, "provider", [], Alter.Status("MedicationRequest", visit.Scene.Id("prescription"), ["active"], "cancelled"));
    }

    private static IEnumerable<Step> Interacting(Visit visit)
    {
        yield return visit.Write(15, "provider", ["pharmacy.medication.prescribed"], scene =>
            [Prescriptions.Order(scene, Drugs.Warfarin, "prescription/1"), Prescriptions.Order(scene, Drugs.Aspirin, "prescription/2")]);
        yield return visit.Write(32, "pharmacy", ["pharmacy.interaction.alert"],
            scene => [Prescriptions.InteractionIssue(scene, "prescription/1", "prescription/2")]);
    }

    private static IEnumerable<Step> BiopsyWork(Visit visit)
    {
        var order = Biopsies.OrderId(visit.Scene);
        var report = $"DiagnosticReport/{visit.Scene.Id("biopsy/report")}";
        yield return visit.Write(14, "provider", ["biopsy.created"], scene => [Biopsies.Order(scene)]);
        yield return visit.Write(48, "lab", ["biopsy.updated"], scene => [Biopsies.Specimen(scene)]);
        yield return visit.Write(150, "lab", ["biopsy.result_received"], scene => [Biopsies.Pathology(scene)]);
        yield return visit.Do(170, "provider", ["biopsy.reviewed"],
            new Call(
                $"api/biopsies/{order}/review", [Signature.Under(visit.At(170), "biopsy", $"ServiceRequest/{order}", report)],
                new JsonObject { ["decision"] = "Discuss at the next visit" }));
    }

    private static IEnumerable<Step> PriorAuthorization(Visit visit, bool approved)
    {
        var service = Examination.BrainMri.Code;
        yield return visit.Write(20, "billing", [], scene => [Claims.PriorAuthorization(scene, "draft", service)]);
        yield return visit.Do(
            26, "billing", ["prior_auth.status_changed"], Alter.Status("Claim", visit.Scene.Id("prior-auth"), ["draft"], "active"));
        yield return visit.Write(90, "service", [approved ? "prior_auth.approved" : "prior_auth.denied"],
            scene => [Claims.PriorAuthorizationAnswer(scene, approved)]);
    }

    private static IEnumerable<Step> FrontDesk(Visit visit)
    {
        yield return visit.Write(-2, "front_desk", ["patient.insurance_verified"], Cover.Verified);
        yield return visit.Do(-1, "front_desk", ["patient.updated", "resource.updated"], Alter.Address(visit.Scene));
        yield return visit.Write(0, "nurse", ["resource.created"], CallList.Write);
        yield return visit.Do(50, "nurse", ["resource.deleted"], new Delete($"List/{CallList.IdOf(visit.Scene)}"));
        yield return visit.Write(7, "nurse", ["patient.allergy.added"], scene => [Allergies.Write(scene, Allergies.All[1], OnFile)]);
        yield return visit.Do(13, "provider", ["patient.allergy.removed"], Alter.ResolveAllergy(visit.Scene, OnFile));
    }
}
