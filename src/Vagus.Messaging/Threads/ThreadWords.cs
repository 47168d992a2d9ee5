namespace Vagus.Messaging.Threads;

/// <summary>The kinds of threads, as clients and events name them.</summary>
internal static class ThreadKind
{
    /// <summary>Between a patient and the care team.</summary>
    public const string Patient = "patient";

    /// <summary>Between two people, or one and a pool.</summary>
    public const string Direct = "direct";

    /// <summary>Between staff who are named, about a patient or not. The patient never takes part.</summary>
    public const string Staff = "staff";

    public static readonly string[] All = [Patient, Direct, Staff];
}

/// <summary>What a patient's thread is about.</summary>
internal static class ThreadCategory
{
    public static readonly string[] All =
        ["general", "prescription_refill", "appointment", "billing", "medical_question", "other"];
}

/// <summary>How soon somebody should look.</summary>
internal static class PriorityOfThread
{
    public const string Normal = "normal";
    public static readonly string[] All = ["low", Normal, "high", "urgent"];
}

/// <summary>Whose turn it is.</summary>
internal static class ThreadStatus
{
    /// <summary>New: somebody has to look.</summary>
    public const string Open = "open";
    public const string InProgress = "in_progress";
    public const string WaitingPatient = "waiting_patient";
    public const string WaitingProvider = "waiting_provider";
    public const string Closed = "closed";
    public static readonly string[] All = [Open, InProgress, WaitingPatient, WaitingProvider, Closed];
}

/// <summary>What a message refers to, and the FHIR type that this is.</summary>
internal static class MessageContext
{
    public const string Delivery = "delivery";

    private static readonly Dictionary<string, string> Types = new(StringComparer.Ordinal)
    {
        ["prescription"] = "MedicationRequest", [Delivery] = "Task", ["appointment"] = "Appointment", ["result"] = "DiagnosticReport",
    };

    public static IEnumerable<string> All => Types.Keys;

    /// <summary>Null where there is no such context.</summary>
    public static string? TypeOf(string context) => Types.GetValueOrDefault(context);

    public static string? OfType(string type) => Types.FirstOrDefault(row => row.Value == type).Key;
}
