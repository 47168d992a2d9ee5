using Vagus.Kernel;

namespace Vagus.Access.Authorization;

/// <summary>
/// The names under which people take part in threads: a user's id, <c>Practitioner/1</c>, <c>Patient/1</c> for the patient and who holds a
/// proxy for it, <c>role:nurse</c> for a pool of all who have the role. A user's id has neither a slash nor a colon.
/// </summary>
public static class ThreadNames
{
    private const string Pool = "role:";

    public static string Of(PatientId patient) => $"Patient/{patient.Value}";

    public static string Of(Role role) => $"{Pool}{role.Name()}";

    /// <summary>The name of a role: whoever has it takes part.</summary>
    public static bool IsPool(string name) => name.StartsWith(Pool, StringComparison.Ordinal);

    /// <summary>All names of a caller. A dependant of whose record it sees a part only is not among them.</summary>
    public static IReadOnlyList<string> Of(Caller caller)
    {
        List<string> names = [caller.User.Value];
        if (caller.Practitioner is { } practitioner) names.Add($"Practitioner/{practitioner}");
        if (caller.Role != Role.Patient) names.Add(Of(caller.Role));
        else names.AddRange(caller.OwnPatients.Select(Of));
        return names;
    }
}
