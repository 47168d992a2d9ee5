namespace Vagus.Care;

/// <summary>Parts of this room that a process serves. Rules derive events in every process that writes.</summary>
[Flags]
public enum CareParts
{
    None = 0,

    /// <summary>Charts.</summary>
    Charts = 1,

    /// <summary>Alerts, who is on call for them, and notifications.</summary>
    Notifications = 2,

    /// <summary>Events of services, the log for those who poll, the limits of critical values, images of studies.</summary>
    Records = 4,
}
