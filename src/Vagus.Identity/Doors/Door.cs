namespace Vagus.Identity.Doors;

/// <summary>The two doors by which people sign in. One person may be known at both: a nurse who is also a patient of the clinic.</summary>
internal enum Door
{
    Staff,
    Patient,
}
