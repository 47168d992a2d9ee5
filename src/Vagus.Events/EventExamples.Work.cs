namespace Vagus.Events;

public static partial class EventExamples
{
    private static EventData[] Billing() =>
    [
        new ClaimCreated("Claim/c-1/_history/1", "c-1", "draft", Patient, "Northwind Health", 340.00m, "USD"),
        new ClaimUpdated("Claim/c-1/_history/2", "c-1", "draft", ["item", "total"], Patient, 360.00m, "USD"),
        new ClaimStatusChanged("Claim/c-1/_history/3", "c-1", "active", "draft", Patient),
        new ClaimSubmitted("Claim/c-1/_history/3", "c-1", Patient, "Northwind Health", 360.00m, "USD"),
        new ClaimDenied("ClaimResponse/cr-1/_history/1", "c-1", Patient, "Service not covered", "Northwind Health"),
        new ClaimPaid("ClaimResponse/cr-1/_history/2", "c-1", Patient, 288.00m, "USD", "Northwind Health"),
        new PaymentReceived("PaymentNotice/pn-1/_history/1", "pn-1", 40.00m, "USD", Patient, null, "inv-1"),
        new PriorAuthStatusChanged("Claim/pa-1/_history/2", "pa-1", "active", "draft", Patient),
        new PriorAuthApproved("ClaimResponse/cr-2/_history/1", "pa-1", Patient, "AUTH-2207", "2026-06-30", "Northwind Health"),
        new PriorAuthDenied("ClaimResponse/cr-2/_history/1", "pa-1", Patient, "Not medically necessary", "Northwind Health"),
    ];

    private static EventData[] Threads() =>
    [
        new ThreadCreated("th-1", "patient", "open", ["u-maya", "dr-7"], Patient, "prescription_refill", "normal", null, "u-maya"),
        new ThreadUpdated(
            "th-1", "patient", "in_progress", ["u-maya", "dr-7"], ["status", "assignedTo"], Patient, "prescription_refill", "normal",
            Provider, Provider),
        new ThreadClosed("th-1", "patient", ["u-maya", "dr-7"], Patient, Provider),
        new ThreadReopened("th-1", "patient", "open", ["u-maya", "dr-7"], Patient, "u-maya"),
        new MessageSent(
            "m-1", "th-1", "patient", 1, "u-maya", "patient", At, ["u-maya", "dr-7"], null, Patient, "prescription", "rx-456",
            "Communication/m-1/_history/1", "tmp-81"),
        new MessageRead("m-1", "th-1", "patient", 1, Provider, At.AddMinutes(2), ["u-maya", "dr-7"], Patient),
        new MessageRetracted(
            "m-1", "th-1", "patient", 1, "u-maya", At.AddMinutes(3), ["u-maya", "dr-7"], Patient, "Communication/m-1/_history/2"),
        new NoteAdded("n-1", "th-1", "nurse-2", At.AddMinutes(4), Patient, ["dr-7"]),
    ];

    private static EventData[] Alerts() =>
    [
        new AlertRaised(
            "al-1", "critical_lab_value", "urgent", 1, Patient, "Observation/o-1/_history/1", Provider, "provider", At.AddMinutes(10),
            "01957c8e-7a40-7000-8000-000000000001"),
        new AlertAcknowledged(
            "al-1", "critical_lab_value", Provider, At.AddMinutes(4), Patient, "Observation/o-1/_history/1", At.AddMinutes(34)),
        new AlertEscalated(
            "al-1", "critical_lab_value", 2, "not_acknowledged", Patient, "Observation/o-1/_history/1", Provider, "dr-8", "provider",
            At.AddMinutes(20)),
        new AlertResolved(
            "al-1", "critical_lab_value", At.AddMinutes(15), Provider, Patient, "Observation/o-1/_history/1", "Calcium gluconate given"),
    ];

    private static EventData[] Notifications() =>
    [
        new NotificationSent(
            "nt-1", "lab_result_available", "normal", "Lab Results Available", "Potassium of Maya Okafor can be read.", Patient, "dr-1",
            new NotificationAction("view_lab_result", "/patients/p-100/labs/dr-1")),
        new CriticalAlert(
            "al-1", "critical_lab_value", "urgent", "CRITICAL LAB VALUE", "CRITICAL: Potassium = 6.5 mmol/L", true,
            new CriticalAlertOwner("u-ruiz", "Dr. Ana Ruiz", "provider"), 1, At.AddMinutes(10), Patient, PatientName,
            new CriticalAlertDetails("Potassium", 6.5m, "mmol/L", "Severe hyperkalemia")),
    ];

    private static EventData[] Resources() =>
    [
        new ResourceCreated("Observation", "o-1", "1", "Observation/o-1/_history/1", Patient),
        new ResourceUpdated("Patient", Patient, "2", "Patient/p-100/_history/2", Patient),
        new ResourceDeleted("AllergyIntolerance", "a-1", "3", "AllergyIntolerance/a-1/_history/3", Patient),
    ];
}
