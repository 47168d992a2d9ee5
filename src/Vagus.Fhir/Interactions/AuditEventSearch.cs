using System.Globalization;
using Microsoft.AspNetCore.Http;
using Vagus.Access.Audit;
using Vagus.Access.AuditReading;
using Vagus.Access.Tenants;
using Vagus.Fhir.Auditing;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Interactions;

/// <summary>
/// The search parameters of AuditEvent (R4): <c>patient</c>, <c>agent</c>, <c>entity</c>, <c>date</c>, <c>action</c>, <c>outcome</c>,
/// <c>type</c>, <c>subtype</c>, each at most once but <c>date</c>; <c>_count</c>, and <c>_before</c> of a next link.
/// </summary>
internal sealed record AuditEventSearch(AuditFilter Filter, long? Before, int Count, string Self, Func<string, string> After)
{
    public const string Cursor = "_before";
    private const int DefaultCount = 50;
    private const int MaxCount = 200;
    private const string None = "-";
    private const string NoOutcome = "outcome must be 0, 4, 8 or 12.";

    private static readonly string[] Names =
        ["patient", "agent", "agent:identifier", "entity", "date", "action", "outcome", "type", "subtype", "_count", Cursor, "_format"];

    /// <summary>Whether the search takes the parameter, without a modifier.</summary>
    public static bool Takes(string parameter) => Names.Contains(parameter, StringComparer.Ordinal);

    public static Result<AuditEventSearch> Read(IQueryCollection query, FhirCall call)
    {
        if (query.Keys.FirstOrDefault(key => !Names.Contains(key, StringComparer.Ordinal)) is not null) return UnknownParameter;
        if (query.Any(each => each.Key != "date" && each.Value.Count != 1)) return Malformed("Each parameter of AuditEvent stands once.");
        if (query.SelectMany(each => each.Value).Any(value => value!.Any(char.IsControl))) return Malformed("A value has control characters.");
        var before = CursorOf(query);
        if (before.Refusal is { } wrong) return wrong;
        var count = DefaultCount;
        if (query.TryGetValue("_count", out var asked)
            && (!int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out count) || count == 0))
        {
            return Malformed("_count must be a positive number.");
        }

        var filter = FilterOf(query, call);
        if (filter.Refusal is { } malformed) return malformed;
        count = Math.Min(count, MaxCount);
        var self = SelfOf(query);
        return new AuditEventSearch(
            filter.Value, before.Value, count, self,
            next => $"{self}{(self.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{Cursor}={next}");
    }

    public static Result<long?> CursorOf(IQueryCollection query)
    {
        if (!query.TryGetValue(Cursor, out var text)) return (long?)null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? index : Malformed($"{Cursor} is of a next link.");
    }

    private static Result<AuditFilter> FilterOf(IQueryCollection query, FhirCall call)
    {
        var (patient, entity) = (Reference(query["patient"], "Patient"), (string?)query["entity"]);
        if (query.ContainsKey("patient") && patient is null) return Malformed("patient must be the id of a Patient.");
        var patientOfEntity = Reference(entity, "Patient", mustHaveType: true);
        // A Patient is in its own compartment, so an event with it as its object has it as its patient.
        if (patient is not null && patientOfEntity is not null && patient != patientOfEntity) return new AuditFilter { Actions = [None] };
        AuditOutcome? outcome = null;
        if (query.TryGetValue("outcome", out var code))
        {
            if (!int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return Malformed(NoOutcome);
            if (!Enum.IsDefined((AuditOutcome)number)) return Malformed(NoOutcome);
            outcome = (AuditOutcome)number;
        }

        var range = AuditDates.Read(query["date"], call);
        if (range.Refusal is { } wrong) return wrong;
        return new AuditFilter
        {
            User = UserOf(query["agent"]) ?? UserOf(query["agent:identifier"]),
            Patient = (patient ?? patientOfEntity) is { } id ? new PatientId(id) : null,
            Resource = patientOfEntity is null ? entity : null,
            Actions = ActionsOf(query),
            Outcome = outcome,
            From = range.Value.From,
            To = range.Value.To,
            NotWithin = range.Value.NotWithin,
        };
    }

    /// <summary>Empty: every action. Codes are asked of how actions look as AuditEvents.</summary>
    private static List<string> ActionsOf(IQueryCollection query)
    {
        if (!query.ContainsKey("action") && !query.ContainsKey("type") && !query.ContainsKey("subtype")) return [];
        var found = AuditShape.ActionsWhere(shape =>
            (!query.TryGetValue("action", out var action) || shape.Action == Code(action))
            && (!query.TryGetValue("type", out var type) || shape.Type.Code == Code(type))
            && (!query.TryGetValue("subtype", out var subtype) || shape.Subtype?.Code == Code(subtype))).ToList();
        return found.Count == 0 ? [None] : found;
    }

    // The codes of all systems that are used here differ.
    private static string Code(string? token) => token?[(token.LastIndexOf('|') + 1)..] ?? "";

    private static UserId? UserOf(string? agent) => string.IsNullOrEmpty(agent) ? null : new UserId(Code(agent));

    private static string? Reference(string? text, string type, bool mustHaveType = false)
    {
        if (string.IsNullOrEmpty(text)) return null;
        var prefix = $"{type}/";
        if (mustHaveType && !text.StartsWith(prefix, StringComparison.Ordinal)) return null;
        var id = text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : text;
        return ChosenId.IsFhirId(id) ? id : null;
    }

    private static string SelfOf(IQueryCollection query)
    {
        var parameters = query
            .Where(each => each.Key is not (Cursor or "_format"))
            .SelectMany(each => each.Value, (each, value) => $"{each.Key}={Uri.EscapeDataString(value ?? "")}").ToList();
        return parameters.Count == 0 ? "AuditEvent" : $"AuditEvent?{string.Join('&', parameters)}";
    }

    private static Refusal Malformed(string why) => FhirRefusals.Invalid(why);

    private static readonly Refusal UnknownParameter = FhirRefusals.Invalid($"AuditEvent is searched by {string.Join(", ", Names)}.");
}
