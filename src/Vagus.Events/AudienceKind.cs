namespace Vagus.Events;

/// <summary>How it is decided who sees an event of a type.</summary>
public enum AudienceKind
{
    /// <summary>The role decides; a patient sees only what is its own and released.</summary>
    Roles,

    /// <summary>Those who take part in the thread, and the roles for threads of patients.</summary>
    Participants,

    /// <summary>The person whom it is for, if that person may see what it is about.</summary>
    Person,

    /// <summary>Who may read the resource.</summary>
    Readers,
}
