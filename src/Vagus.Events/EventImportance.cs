namespace Vagus.Events;

/// <summary>How loudly an event asks for attention. It says nothing about who may see it.</summary>
public enum EventImportance
{
    Normal,

    /// <summary>Somebody has to look today; shown once, prominently.</summary>
    Alert,

    /// <summary>Bears on the patient's safety; goes to the care team or the ordering provider at once.</summary>
    Critical,

    /// <summary>Must be acknowledged by a person within the tenant's limit.</summary>
    Urgent,
}
