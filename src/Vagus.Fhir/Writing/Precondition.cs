
namespace Vagus.Fhir.Writing;

/// <summary>
/// What must hold of the current version before an update (RFC 9110 §13.1): it is this one (If-Match), or there is none
/// (<c>If-None-Match: *</c>).
/// </summary>
internal readonly record struct Precondition(long? Version, bool Absent);
