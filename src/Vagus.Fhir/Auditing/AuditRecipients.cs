using Vagus.Access.Audit;

namespace Vagus.Fhir.Auditing;

/// <summary>To whom a message goes, as its entry keeps it: <c>to=user:u-1,Patient/2,role:nurse</c>. A name has no comma.</summary>
internal static class AuditRecipients
{
    private const string Mark = "to=";

    /// <summary>What AuditEvent.agent.who refers to in R4, of what a message goes to.</summary>
    public static bool IsAgent(string name) =>
        name.Split('/') is ["Patient" or "Practitioner" or "PractitionerRole" or "RelatedPerson" or "Organization", _];

    public static string Write(IReadOnlyList<string> to) => Mark + string.Join(',', to);

    public static string[] Of(AuditEntry entry) =>
        entry.Detail is { } detail && entry.On?.StartsWith("Communication/", StringComparison.Ordinal) == true
            && detail.StartsWith(Mark, StringComparison.Ordinal) ? detail[Mark.Length..].Split(',') : [];
}
