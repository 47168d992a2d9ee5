using System.Text.Json.Serialization.Metadata;

namespace Vagus.Events;

public static partial class EventCatalogue
{
    // Wire names are for ever. To change what an event means, add a field that may be null, or a new type.
    private static EventType[] Rows()
    {
        var json = EventsJson.Default;
        var when = Sentences();
        return
        [
            Row(when, "patient.created", "patient:created", "patient_created", json.PatientCreated),
            Row(when, "patient.updated", "patient:updated", "patient_updated", json.PatientUpdated),
            Row(when, "patient.allergy.added", "patient:allergy_added", "allergy_added", json.PatientAllergyAdded,
                EventImportance.Critical),
            Row(when, "patient.allergy.removed", "patient:allergy_removed", "allergy_removed", json.PatientAllergyRemoved),
            Row(when, "patient.insurance_verified", "patient:insurance_verified", "status_changed", json.PatientInsuranceVerified),
            Row(when, "patient.balance_changed", "patient:balance_changed", "balance_changed", json.PatientBalanceChanged),

            Row(when, "appointment.created", "appointment:created", "appointment_created", json.AppointmentCreated),
            Row(when, "appointment.updated", "appointment:updated", "appointment_updated", json.AppointmentUpdated),
            Row(when, "appointment.cancelled", "appointment:cancelled", "status_changed", json.AppointmentCancelled),
            Row(when, "appointment.checkedin", "appointment:checkedin", "status_changed", json.AppointmentCheckedIn),

            // The socket says "created" where the log says "started": clients of the replaced systems listen to that name.
            Row(when, "encounter.started", "encounter:created", "status_changed", json.EncounterStarted),
            Row(when, "encounter.updated", "encounter:updated", "encounter_updated", json.EncounterUpdated),
            Row(when, "encounter.completed", "encounter:completed", "status_changed", json.EncounterCompleted),
            Row(when, "encounter.signed", "encounter:signed", "status_changed", json.EncounterSigned),
            Row(when, "encounter.vitals.recorded", "encounter:vitals_recorded", "vitals_recorded", json.EncounterVitalsRecorded),

            Row(when, "lab.order.created", "lab:order_created", "order_placed", json.LabOrderCreated),
            Row(when, "lab.result.available", "lab:result_available", "result_available", json.LabResultAvailable),
            Row(when, "lab.critical.alert", "lab:critical_alert", "critical_result", json.LabCriticalAlert, EventImportance.Urgent),
            Row(when, "lab.critical.corrected", "lab:critical_corrected", "critical_corrected", json.LabCriticalCorrected,
                EventImportance.Urgent),
            Row(when, "lab.result.viewed", "lab:result_viewed", "result_viewed", json.LabResultViewed),

            Row(when, "radiology.order.created", "radiology:order_created", "order_placed", json.RadiologyOrderCreated),
            Row(when, "radiology.image.uploaded", "radiology:image_uploaded", "image_uploaded", json.RadiologyImageUploaded),
            Row(when, "radiology.study.complete", "radiology:study_complete", "result_available", json.RadiologyStudyComplete),
            Row(when, "radiology.report.finalized", "radiology:report_finalized", "result_available", json.RadiologyReportFinalized),
            Row(when, "radiology.critical.alert", "radiology:critical_alert", "critical_result", json.RadiologyCriticalAlert,
                EventImportance.Urgent),

            Row(when, "pharmacy.medication.prescribed", "pharmacy:medication_prescribed", "order_placed", json.MedicationPrescribed),
            Row(when, "pharmacy.medication.dispensed", "pharmacy:medication_dispensed", "medication_dispensed", json.MedicationDispensed),
            Row(when, "pharmacy.interaction.alert", "pharmacy:interaction_alert", "safety_alert", json.DrugInteractionAlert,
                EventImportance.Critical),
            Row(when, "pharmacy.allergy.contraindication", "pharmacy:allergy_contraindication", "safety_alert",
                json.AllergyContraindication, EventImportance.Critical),

            Row(when, "biopsy.created", "biopsy:created", "order_placed", json.BiopsyCreated),
            Row(when, "biopsy.updated", "biopsy:updated", "status_changed", json.BiopsyUpdated),
            Row(when, "biopsy.result_received", "biopsy:result_received", "result_available", json.BiopsyResultReceived,
                EventImportance.Critical),
            Row(when, "biopsy.reviewed", "biopsy:reviewed", "result_viewed", json.BiopsyReviewed),

            Row(when, "claim.created", "claim:created", "claim_created", json.ClaimCreated),
            Row(when, "claim.updated", "claim:updated", "claim_updated", json.ClaimUpdated),
            Row(when, "claim.status_changed", "claim:status_changed", "status_changed", json.ClaimStatusChanged),
            Row(when, "claim.submitted", "claim:submitted", "status_changed", json.ClaimSubmitted),
            Row(when, "claim.denied", "claim:denied", "status_changed", json.ClaimDenied, EventImportance.Alert),
            Row(when, "claim.paid", "claim:paid", "status_changed", json.ClaimPaid),
            Row(when, "payment.received", "payment:received", "payment_received", json.PaymentReceived),
            Row(when, "prior_auth.status_changed", "prior_auth:status_changed", "status_changed", json.PriorAuthStatusChanged),
            Row(when, "prior_auth.approved", "prior_auth:approved", "status_changed", json.PriorAuthApproved),
            Row(when, "prior_auth.denied", "prior_auth:denied", "status_changed", json.PriorAuthDenied, EventImportance.Alert),

            Row(when, "thread.created", "thread:created", "thread_created", json.ThreadCreated),
            Row(when, "thread.updated", "thread:updated", "thread_updated", json.ThreadUpdated),
            Row(when, "thread.closed", "thread:closed", "status_changed", json.ThreadClosed),
            Row(when, "thread.reopened", "thread:reopened", "status_changed", json.ThreadReopened),
            Row(when, "message.sent", "message:sent", "message", json.MessageSent),
            Row(when, "message.read", "message:read", "message_read", json.MessageRead),
            Row(when, "message.retracted", "message:retracted", "message_retracted", json.MessageRetracted),
            Row(when, "note.added", "note:added", "note", json.NoteAdded, staffOnly: true),

            Row(when, "alert.raised", "alert:raised", "alert_raised", json.AlertRaised),
            Row(when, "alert.acknowledged", "alert:acknowledged", "status_changed", json.AlertAcknowledged),
            Row(when, "alert.escalated", "alert:escalated", "alert_escalated", json.AlertEscalated),
            Row(when, "alert.resolved", "alert:resolved", "status_changed", json.AlertResolved),

            Row(when, "notification.sent", "notification", "notification", json.NotificationSent),
            Row(when, "notification.critical", "critical_alert", "critical_alert", json.CriticalAlert, EventImportance.Urgent),

            Row(when, "resource.created", null, "resource_created", json.ResourceCreated),
            Row(when, "resource.updated", null, "resource_updated", json.ResourceUpdated),
            Row(when, "resource.deleted", null, "resource_deleted", json.ResourceDeleted),
        ];
    }

    private static EventType Row<T>(
        Dictionary<string, string> when,
        string name,
        string? socketName,
        string clinicalKind,
        JsonTypeInfo<T> json,
        EventImportance importance = EventImportance.Normal,
        bool staffOnly = false)
        where T : EventData =>
        new(json)
        {
            Name = name,
            SocketName = socketName,
            ClinicalKind = clinicalKind,
            When = when[name],
            Importance = importance,
            StaffOnly = staffOnly,
        };
}
