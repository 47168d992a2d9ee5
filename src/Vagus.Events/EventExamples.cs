namespace Vagus.Events;

/// <summary>
/// One filled-in instance of every event. The documentation shows them, the contract tests send them round,
/// and whoever writes a consumer can feed it with them. All people in them are invented.
/// </summary>
public static partial class EventExamples
{
    private const string Patient = "p-100";
    private const string PatientName = "Maya Okafor";
    private const string Provider = "dr-7";
    private const string Encounter = "enc-5";
    private static readonly DateTimeOffset At = new(2026, 3, 9, 14, 30, 0, TimeSpan.Zero);
    private static readonly Coding Potassium = new("2823-3", "http://loinc.org", "Potassium [Moles/volume] in Serum or Plasma");
    private static readonly Coding ChestXray = new("399208008", "http://snomed.info/sct", "Plain X-ray of chest");
    private static readonly Coding Amoxicillin = new(
        "308182", "http://www.nlm.nih.gov/research/umls/rxnorm", "amoxicillin 250 MG Oral Capsule");
    private static readonly Coding SkinBiopsy = new("240977001", "http://snomed.info/sct", "Biopsy of skin");

    /// <summary>In the order of the catalogue.</summary>
    public static IReadOnlyList<EventData> All { get; } = [.. Clinical(), .. Orders(), .. Billing(), .. Threads(), .. Alerts(),
        .. Notifications(), .. Resources()];

    /// <summary>The example of one type of the catalogue.</summary>
    public static EventData Of(EventType type) => All.First(example => example.GetType() == type.DataType);

    private static EventData[] Clinical() =>
    [
        new PatientCreated(Patient, "Patient/p-100/_history/1", PatientName, "1984-06-02", "female"),
        new PatientUpdated(Patient, "Patient/p-100/_history/2", ["telecom"], PatientName, "1984-06-02", "female"),
        new PatientAllergyAdded(
            Patient, "AllergyIntolerance/a-1/_history/1", "a-1", "Penicillin",
            new("91936005", "http://snomed.info/sct", "Allergy to penicillin"), "high", PatientName),
        new PatientAllergyRemoved(
            Patient, "AllergyIntolerance/a-1/_history/2", "a-1", "resolved", "Penicillin",
            new("91936005", "http://snomed.info/sct", "Allergy to penicillin")),
        new PatientInsuranceVerified(Patient, "CoverageEligibilityResponse/e-1/_history/1", "Northwind Health", "cov-1", "2026-12-31"),
        new PatientBalanceChanged(Patient, "Invoice/inv-1/_history/1", 120.50m, "USD", "invoice_issued", "inv-1"),

        new AppointmentCreated(
            "apt-1", "Appointment/apt-1/_history/1", "booked", Patient, PatientName, Provider, "Dr. Ana Ruiz", At, At.AddMinutes(30),
            "Follow-up", "Room 4"),
        new AppointmentUpdated(
            "apt-1", "Appointment/apt-1/_history/2", "booked", Patient, PatientName, Provider, "Dr. Ana Ruiz", At.AddHours(1),
            At.AddMinutes(90), "Follow-up", "Room 4"),
        new AppointmentCancelled(
            "apt-1", "Appointment/apt-1/_history/3", "cancelled", Patient, PatientName, Provider, "Dr. Ana Ruiz", At, At.AddMinutes(30),
            "Follow-up", "Room 4"),
        new AppointmentCheckedIn(
            "apt-1", "Appointment/apt-1/_history/3", "arrived", Patient, PatientName, Provider, "Dr. Ana Ruiz", At, At.AddMinutes(30),
            "Follow-up", "Room 4"),

        new EncounterStarted(Patient, "Encounter/enc-5/_history/1", Encounter, "in-progress", "AMB", Provider, "2026-03-09T14:30:00Z"),
        new EncounterUpdated(Patient, "Encounter/enc-5/_history/2", Encounter, "in-progress", ["location"], "AMB", Provider),
        new EncounterCompleted(Patient, "Encounter/enc-5/_history/3", Encounter, "finished", "AMB", Provider, "2026-03-09T15:00:00Z"),
        new EncounterSigned(Patient, "Encounter/enc-5/_history/3", Encounter, Provider, "2026-03-09T15:05:00Z"),
        new EncounterVitalsRecorded(
            Patient,
            "Observation/v-1/_history/1",
            [
                new("Observation/v-1/_history/1", "Heart rate", new("8867-4", "http://loinc.org", "Heart rate"), 72, "/min"),
                new("Observation/v-2/_history/1", "Body temperature", new("8310-5", "http://loinc.org", "Body temperature"), 36.8m, "Cel"),
            ],
            Encounter,
            "2026-03-09T14:32:00Z"),
    ];

    private static EventData[] Orders() =>
    [
        new LabOrderCreated(Patient, "ServiceRequest/sr-1/_history/1", "sr-1", "Potassium", Potassium, "stat", Provider, Encounter),
        new LabResultAvailable(
            Patient, "DiagnosticReport/dr-1/_history/1", "dr-1", "final", true, "Potassium", Potassium, Provider, "sr-1", Encounter,
            "2026-03-09T16:00:00Z"),
        new LabCriticalAlert(
            Patient, "Observation/o-1/_history/1", "o-1", "Potassium", "Severe hyperkalemia", PatientName, Potassium, 6.5m, null, "mmol/L",
            "HH", Provider, "sr-1", Encounter, "2026-03-09T15:40:00Z", "2026-03-09T16:01:00Z"),
        new LabCriticalCorrected(
            Patient, "Observation/o-1/_history/2", "o-1", "Potassium", "corrected", PatientName, Potassium, 4.1m, null, "mmol/L", 6.5m, null,
            "mmol/L", Provider, "2026-03-09T15:40:00Z", "2026-03-09T16:30:00Z"),
        new LabResultViewed(Patient, "DiagnosticReport/dr-1/_history/1", "dr-1", Provider, "2026-03-09T16:04:00Z"),

        new RadiologyOrderCreated(
            Patient, "ServiceRequest/sr-2/_history/1", "sr-2", "Chest X-ray", ChestXray, "urgent", Provider, Encounter),
        new RadiologyImageUploaded("Binary/img-1/_history/1", "img-1", Patient, "st-1"),
        new RadiologyStudyComplete(Patient, "ImagingStudy/st-1/_history/2", "st-1", "Chest X-ray", "DX", 2, Provider, "sr-2", Encounter),
        new RadiologyReportFinalized(
            Patient, "DiagnosticReport/rr-1/_history/2", "rr-1", true, "Chest X-ray", ChestXray, Provider, "sr-2", Encounter,
            "2026-03-09T17:00:00Z", "The left lung has collapsed; the mediastinum is shifted to the right.",
            "Tension pneumothorax on the left.", "ImagingStudy/st-1"),
        new RadiologyCriticalAlert(
            Patient, "DiagnosticReport/rr-1/_history/2", "rr-1", "Tension pneumothorax",
                new("233645004", "http://snomed.info/sct", "Tension pneumothorax"),
            "Critical finding: Tension pneumothorax", PatientName, "Chest X-ray", Provider, "sr-2", Encounter),

        new MedicationPrescribed(
            Patient, "MedicationRequest/rx-456/_history/1", "rx-456", "Amoxicillin 250 mg", Amoxicillin, "1 capsule three times a day",
            Provider, Encounter),
        new MedicationDispensed(
            Patient, "MedicationDispense/md-1/_history/1", "md-1", "rx-456", "Amoxicillin 250 mg", Amoxicillin, 21, "capsule",
            "2026-03-09T18:00:00Z"),
        new DrugInteractionAlert(
            Patient, "DetectedIssue/di-1/_history/1", "di-1", ["MedicationRequest/rx-456", "MedicationRequest/rx-12"], "high",
            "Raises the effect of warfarin", PatientName, Provider),
        new AllergyContraindication(
            Patient, "MedicationRequest/rx-456/_history/1", ["MedicationRequest/rx-456", "AllergyIntolerance/a-1"],
            "Amoxicillin 250 mg", Amoxicillin, "Amoxicillin", "high", "rx-456", PatientName, Provider),

        new BiopsyCreated(
            Patient, "ServiceRequest/sr-3/_history/1", "sr-3", "active", "Biopsy of skin", SkinBiopsy, "Left forearm", Provider, Encounter),
        new BiopsyUpdated(Patient, "Specimen/sp-1/_history/1", "sr-3", ["status"], "available", "sp-1", Provider),
        new BiopsyResultReceived(
            Patient, "DiagnosticReport/pr-1/_history/1", "sr-3", "pr-1", true, "Biopsy of skin",
            [new("400010006", "http://snomed.info/sct", "Melanocytic nevus")], Provider, PatientName, "2026-03-12T09:00:00Z", false),
        new BiopsyReviewed(Patient, "DiagnosticReport/pr-1/_history/1", "sr-3", "pr-1", Provider, "2026-03-12T11:00:00Z"),
    ];
}
