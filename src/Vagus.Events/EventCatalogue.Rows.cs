using System.Text.Json.Serialization.Metadata;

namespace Vagus.Events;

public static partial class EventCatalogue
{
    // Wire names are for ever. To change what an event means, add a field that may be null, or a new type.
    private static EventType[] Rows()
    {
        var json = EventsJson.Default;
        return
        [
            Row("patient.created", "patient:created", "patient_created", json.PatientCreated),
            Row("patient.updated", "patient:updated", "patient_updated", json.PatientUpdated),
            Row("patient.allergy.added", "patient:allergy_added", "allergy_added", json.PatientAllergyAdded, EventImportance.Critical),
            Row("patient.allergy.removed", "patient:allergy_removed", "allergy_removed", json.PatientAllergyRemoved),
            Row("patient.insurance_verified", "patient:insurance_verified", "status_changed", json.PatientInsuranceVerified),
            Row("patient.balance_changed", "patient:balance_changed", "balance_changed", json.PatientBalanceChanged),

            Row("appointment.created", "appointment:created", "appointment_created", json.AppointmentCreated),
            Row("appointment.updated", "appointment:updated", "appointment_updated", json.AppointmentUpdated),
            Row("appointment.cancelled", "appointment:cancelled", "status_changed", json.AppointmentCancelled),
            Row("appointment.checkedin", "appointment:checkedin", "status_changed", json.AppointmentCheckedIn),

            // The socket says "created" where the log says "started": clients of the replaced systems listen to that name.
            Row("encounter.started", "encounter:created", "status_changed", json.EncounterStarted),
            Row("encounter.updated", "encounter:updated", "encounter_updated", json.EncounterUpdated),
            Row("encounter.completed", "encounter:completed", "status_changed", json.EncounterCompleted),
            Row("encounter.signed", "encounter:signed", "status_changed", json.EncounterSigned),
            Row("encounter.vitals.recorded", "encounter:vitals_recorded", "vitals_recorded", json.EncounterVitalsRecorded),

            Row("lab.order.created", "lab:order_created", "order_placed", json.LabOrderCreated),
            Row("lab.result.available", "lab:result_available", "result_available", json.LabResultAvailable),
            Row("lab.critical.alert", "lab:critical_alert", "critical_result", json.LabCriticalAlert, EventImportance.Urgent),
            Row("lab.result.viewed", "lab:result_viewed", "result_viewed", json.LabResultViewed),

            Row("radiology.order.created", "radiology:order_created", "order_placed", json.RadiologyOrderCreated),
            Row("radiology.image.uploaded", "radiology:image_uploaded", "image_uploaded", json.RadiologyImageUploaded),
            Row("radiology.study.complete", "radiology:study_complete", "result_available", json.RadiologyStudyComplete),
            Row("radiology.report.finalized", "radiology:report_finalized", "result_available", json.RadiologyReportFinalized),
            Row("radiology.critical.alert", "radiology:critical_alert", "critical_result", json.RadiologyCriticalAlert, EventImportance.Urgent),

            Row("pharmacy.medication.prescribed", "pharmacy:medication_prescribed", "order_placed", json.MedicationPrescribed),
            Row("pharmacy.medication.dispensed", "pharmacy:medication_dispensed", "medication_dispensed", json.MedicationDispensed),
            Row("pharmacy.interaction.alert", "pharmacy:interaction_alert", "safety_alert", json.DrugInteractionAlert, EventImportance.Critical),
            Row("pharmacy.allergy.contraindication", "pharmacy:allergy_contraindication", "safety_alert", json.AllergyContraindication, EventImportance.Critical),

            Row("biopsy.created", "biopsy:created", "order_placed", json.BiopsyCreated),
            Row("biopsy.updated", "biopsy:updated", "status_changed", json.BiopsyUpdated),
            Row("biopsy.result_received", "biopsy:result_received", "result_available", json.BiopsyResultReceived, EventImportance.Critical),
            Row("biopsy.reviewed", "biopsy:reviewed", "result_viewed", json.BiopsyReviewed),

            Row("claim.created", "claim:created", "claim_created", json.ClaimCreated),
            Row("claim.updated", "claim:updated", "claim_updated", json.ClaimUpdated),
            Row("claim.status_changed", "claim:status_changed", "status_changed", json.ClaimStatusChanged),
            Row("claim.submitted", "claim:submitted", "status_changed", json.ClaimSubmitted),
            Row("claim.denied", "claim:denied", "status_changed", json.ClaimDenied, EventImportance.Alert),
            Row("claim.paid", "claim:paid", "status_changed", json.ClaimPaid),
            Row("payment.received", "payment:received", "payment_received", json.PaymentReceived),
            Row("prior_auth.status_changed", "prior_auth:status_changed", "status_changed", json.PriorAuthStatusChanged),
            Row("prior_auth.approved", "prior_auth:approved", "status_changed", json.PriorAuthApproved),
            Row("prior_auth.denied", "prior_auth:denied", "status_changed", json.PriorAuthDenied, EventImportance.Alert),

            Row("thread.created", "thread:created", "thread_created", json.ThreadCreated),
            Row("thread.updated", "thread:updated", "thread_updated", json.ThreadUpdated),
            Row("thread.closed", "thread:closed", "status_changed", json.ThreadClosed),
            Row("thread.reopened", "thread:reopened", "status_changed", json.ThreadReopened),
            Row("message.sent", "message:sent", "message", json.MessageSent),
            Row("message.read", "message:read", "message_read", json.MessageRead),
            Row("message.retracted", "message:retracted", "message_retracted", json.MessageRetracted),
            Row("note.added", "note:added", "note", json.NoteAdded, staffOnly: true),

            Row("alert.raised", "alert:raised", "alert_raised", json.AlertRaised),
            Row("alert.acknowledged", "alert:acknowledged", "status_changed", json.AlertAcknowledged),
            Row("alert.escalated", "alert:escalated", "alert_escalated", json.AlertEscalated),
            Row("alert.resolved", "alert:resolved", "status_changed", json.AlertResolved),

            Row("resource.created", null, "resource_created", json.ResourceCreated),
            Row("resource.updated", null, "resource_updated", json.ResourceUpdated),
            Row("resource.deleted", null, "resource_deleted", json.ResourceDeleted),
        ];
    }

    private static EventType Row<T>(
        string name,
        string? socketName,
        string clinicalKind,
        JsonTypeInfo<T> json,
        EventImportance importance = EventImportance.Normal,
        bool staffOnly = false)
        where T : EventData =>
        new(json) { Name = name, SocketName = socketName, ClinicalKind = clinicalKind, Importance = importance, StaffOnly = staffOnly };
}
