using Vagus.Storage.Sql;

namespace Vagus.Access.Audit;

/// <summary>
/// What entries are found by. The index is of bundles of 256 entries: a row says that at least one entry of the bundle has the term, and
/// what a search answers is decided by the entries themselves.
/// </summary>
internal static class AuditTerms
{
    public const string User = "u";
    public const string Patient = "p";
    public const string Resource = "r";
    public const string Action = "a";
    public const string Outcome = "o";

    public static readonly InsertInto Rows = new(
        "audit_term",
        ("tenant_id", ColumnType.Text),
        ("kind", ColumnType.Text),
        ("value", ColumnType.Text),
        ("bundle", ColumnType.BigInt));

    public static IEnumerable<(string Kind, string Value)> Of(AuditEntry entry)
    {
        yield return (Action, entry.Action);
        if (entry.User is { } user) yield return (User, user.Value);
        // Nearly all entries are of successes: nothing is found faster by that.
        if (entry.Outcome != AuditOutcome.Success) yield return (Outcome, OutcomeOf(entry.Outcome));
        foreach (var patient in entry.Patients) yield return (Patient, patient.Value);
        foreach (var resource in ResourcesOf(entry)) yield return (Resource, resource);
    }

    /// <summary>The resources that the entry names, without their versions.</summary>
    public static IEnumerable<string> ResourcesOf(AuditEntry entry)
    {
        if (entry.On is { } on && on.Contains('/', StringComparison.Ordinal)) yield return WithoutVersion(on);
        // What is shown of one type is named by id and version, what is shown of several types by type too.
        var type = entry.Action switch
        {
            AuditActions.Search or AuditActions.HistoryOfType => $"{entry.On}/",
            AuditActions.HistoryOfSystem or AuditActions.Operation => "",
            _ => null,
        };
        if (type is null) yield break;
        foreach (var shown in entry.Shown.Select(each => $"{type}{each[..each.LastIndexOf('/')]}").Distinct(StringComparer.Ordinal))
            yield return shown;
    }

    public static string OutcomeOf(AuditOutcome outcome) => outcome switch
    {
        AuditOutcome.Success => "0",
        AuditOutcome.MinorFailure => "4",
        AuditOutcome.SeriousFailure => "8",
        _ => "12",
    };

    private static string WithoutVersion(string reference)
    {
        var history = reference.IndexOf("/_history/", StringComparison.Ordinal);
        return history < 0 ? reference : reference[..history];
    }
}
