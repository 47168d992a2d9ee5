using System.Globalization;
using Microsoft.AspNetCore.Http;
using Vagus.Access.Audit;
using Vagus.Kernel;

namespace Vagus.Access.AuditReading;

/// <summary>
/// The query of <c>GET /api/audit</c>: <c>user</c>, <c>patientId</c>, <c>resource</c>, <c>action</c>, <c>outcome</c>, <c>from</c>,
/// <c>to</c>, <c>cursor</c>, <c>limit</c>, <c>proof</c>.
/// </summary>
internal sealed record AuditQuery(AuditFilter Filter, long? Before, int Count, bool WantsProof)
{
    private const int LongestValue = 200;
    private static readonly string[] Names = ["user", "patientId", "resource", "action", "outcome", "from", "to", "cursor", "limit", "proof"];

    public static Result<AuditQuery> Read(IQueryCollection query)
    {
        if (query.Keys.FirstOrDefault(key => !Names.Contains(key, StringComparer.Ordinal)) is not null) return Unknown;
        if (query.Any(each => each.Value.Count != 1 || each.Value[0]!.Length > LongestValue || each.Value[0]!.Any(char.IsControl)))
            return Malformed;
        var (from, to) = (InstantOf(query["from"]), InstantOf(query["to"]));
        var (before, count) = (NumberOf(query["cursor"]), NumberOf(query["limit"]) ?? ReadAudit.Default);
        if (from.Wrong || to.Wrong || before < 0 || count is < 1 or > ReadAudit.Most) return Malformed;
        if (query.ContainsKey("cursor") && before is null) return Malformed;
        AuditOutcome? outcome = null;
        if (query.TryGetValue("outcome", out var code))
        {
            var known = Enum.GetValues<AuditOutcome>().Where(each => AuditTerms.OutcomeOf(each) == code).ToList();
            if (known.Count == 0) return Malformed;
            outcome = known[0];
        }

        var filter = new AuditFilter
        {
            User = Text(query["user"]) is { } user ? new UserId(user) : null,
            Patient = Text(query["patientId"]) is { } patient ? new PatientId(patient) : null,
            Resource = Text(query["resource"]),
            Actions = Text(query["action"]) is { } action ? [action] : [],
            Outcome = outcome,
            From = from.Instant,
            To = to.Instant,
        };
        return new AuditQuery(filter, before, (int)count, query["proof"] == "true");
    }

    private static string? Text(string? value) => string.IsNullOrEmpty(value) ? null : value;

    private static long? NumberOf(string? text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static (DateTimeOffset? Instant, bool Wrong) InstantOf(string? text)
    {
        if (string.IsNullOrEmpty(text)) return (null, false);
        var instant = Instants.OfQuery(text);
        return (instant, instant is null);
    }

    private static readonly Refusal Unknown = new(
        RefusalKind.Invalid, "invalid_request", $"The audit is searched by {string.Join(", ", Names)}.");

    private static readonly Refusal Malformed = new(
        RefusalKind.Invalid, "invalid_request",
        $"Each parameter stands once; from and to are instants, cursor and limit numbers (limit at most {ReadAudit.Most}), outcome is 0, 4, 8 or 12.");
}
