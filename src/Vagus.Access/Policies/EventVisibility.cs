using Vagus.Kernel;

namespace Vagus.Access.Policies;

/// <summary>What of an event decides who may see it.</summary>
public readonly record struct EventFacts(string Type)
{
    public PatientId? Patient { get; init; }

    /// <summary>The record is labelled restricted or very restricted, or carries a sensitivity code.</summary>
    public bool Sensitive { get; init; }

    /// <summary>The type of the resource it is about; needed for <c>resource.*</c>.</summary>
    public string? ResourceType { get; init; }

    /// <summary>A result that its patient may see.</summary>
    public bool Released { get; init; }

    /// <summary>Who takes part in the thread or Task it is about. Null means nobody is known to.</summary>
    public IReadOnlyCollection<UserId>? Participants { get; init; }
}

/// <summary>
/// Who sees which event: the default policy as one table. A pure function, asked for every event and session, on every channel.
/// What is not named here is seen by nobody.
/// </summary>
public static class EventVisibility
{
    private static readonly string[] Everything =
    [
        "patient.", "appointment.", "encounter.", "lab.", "radiology.", "pharmacy.", "biopsy.",
        "claim.", "payment.", "prior_auth.", "thread.", "message.", "alert.", "resource.",
    ];

    private static readonly string[] BillingDetails = ["claim.", "payment.", "prior_auth.", "patient.balance_changed"];

    private static readonly string[] Allergies = ["patient.allergy."];

    /// <summary>Without what only a thread's or result's own facts can tell: those stay hidden from patients and drivers.</summary>
    public static bool Sees(Caller caller, string eventType, PatientId? patient, bool sensitive) =>
        Sees(caller, new EventFacts(eventType) { Patient = patient, Sensitive = sensitive });

    public static bool Sees(Caller caller, in EventFacts facts)
    {
        if (facts.Sensitive && !caller.SeesSensitive) return false;
        if (facts.Type.StartsWith("resource.", StringComparison.Ordinal) && !MayReadResource(caller, facts)) return false;

        var type = facts.Type;
        return caller.Role switch
        {
            // Internal notes are for staff; a service is not.
            Role.Admin => In(type, Everything) || IsNote(type),
            Role.Service => In(type, Everything),
            Role.Provider or Role.Nurse or Role.MedicalAssistant => (In(type, Everything) && !In(type, BillingDetails)) || IsNote(type),
            Role.FrontDesk => In(type, FrontDesk) && !In(type, Allergies),
            Role.Billing => In(type, Billing),
            Role.Lab => In(type, Lab),
            Role.Radiology => In(type, Radiology),
            Role.Pharmacy => In(type, Pharmacy),
            Role.Driver => In(type, Driver) && TakesPart(caller, facts),
            Role.Patient => PatientSees(caller, facts),
            _ => false,
        };
    }

    private static readonly string[] FrontDesk = ["patient.", "appointment.", "encounter.started", "encounter.completed", "thread.", "resource."];

    private static readonly string[] Billing =
        ["claim.", "payment.", "prior_auth.", "patient.insurance_verified", "patient.balance_changed", "appointment.", "resource."];

    private static readonly string[] Lab = ["lab.", "biopsy.", "resource."];

    private static readonly string[] Radiology = ["radiology.", "resource."];

    private static readonly string[] Pharmacy = ["pharmacy.", "patient.allergy.", "resource."];

    private static readonly string[] Driver = ["thread.", "message.", "resource."];

    private static readonly string[] OwnRecord = ["appointment.", "resource."];

    private static readonly string[] Results = ["lab.result.available", "radiology.report.finalized", "biopsy.result_received"];

    private static readonly string[] Threads = ["thread.", "message."];

    private static bool PatientSees(Caller caller, in EventFacts facts)
    {
        if (facts.Patient is not { } patient || !caller.OwnPatients.Contains(patient)) return false;
        if (In(facts.Type, Results)) return facts.Released;
        // A staff thread about the patient names the same patient: only taking part makes a thread one's own.
        if (In(facts.Type, Threads)) return TakesPart(caller, facts);
        return In(facts.Type, OwnRecord);
    }

    private static bool MayReadResource(Caller caller, in EventFacts facts) =>
        facts.ResourceType is { } type && ResourceAccess.MayRead(caller.Role, type);

    private static bool IsNote(string type) => type == "note.added";

    private static bool TakesPart(Caller caller, in EventFacts facts) => facts.Participants?.Contains(caller.User) == true;

    /// <summary>A name that ends with a dot is a family, any other is one type.</summary>
    private static bool In(string type, string[] names)
    {
        foreach (var name in names)
        {
            if (name[^1] == '.' ? type.StartsWith(name, StringComparison.Ordinal) : type == name) return true;
        }

        return false;
    }
}
