using Vagus.Access.Audit;

namespace Vagus.Fhir.Auditing;

/// <summary>To whom a message goes, as its entry keeps it: <c>to=u-1,Patient/2</c>. A name has no comma.</summary>
internal static class AuditRecipients
{
    private const string Mark = "to=";

    public static string Write(IReadOnlyList<string> to) => Mark + string.Join(',', to);

    public static string[] Of(AuditEntry entry) =>
        entry.Detail is { } detail && entry.On?.StartsWith("Communication/", StringComparison.Ordinal) == true
            && detail.StartsWith(Mark, StringComparison.Ordinal) ? detail[Mark.Length..].Split(',') : [];
}
