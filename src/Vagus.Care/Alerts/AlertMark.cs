using System.Globalization;
using Vagus.Care.Deriving;
using Vagus.Events;
using Vagus.Storage.Sql;

namespace Vagus.Care.Alerts;

/// <summary>By what a critical result is known again. Alerts and charts tell a repetition by it alike.</summary>
/// <param name="Subject">What it is about, without version: another event about the same is a repetition or a correction.</param>
/// <param name="Said">What it says of it: the same again is a repetition.</param>
internal sealed record AlertMark(string Subject, string Said)
{
    private static readonly TimeSpan Stale = TimeSpan.FromDays(30);

    /// <summary>
    /// One measurement, whatever record it stands in: a laboratory that sends it twice under two ids raises one alert. Null where the time
    /// of day is not known: two samples of one day may have the same value.
    /// </summary>
    public string? Sample { get; init; }

    /// <summary>The record with its version.</summary>
    public string? Resource { get; init; }

    /// <summary>When it was issued or, where that is not known or is earlier, measured.</summary>
    public DateTimeOffset? IssuedAt { get; init; }

    public static AlertMark Of(LabCriticalAlert lab, string? resource, string eventId)
    {
        var value = ValueOf(lab);
        var test = lab.Code?.Code ?? lab.TestName;
        var about = SubjectOf(AlertTypes.LabValue, resource, eventId, PartOf(lab.Code?.System, test, lab.Place));
        return new AlertMark(about, $"{value}|{lab.CriticalReason}")
        {
            Sample = lab.ObservedAt is { } at && at.Contains('T', StringComparison.Ordinal)
                ? IndexKey.Of($"{lab.PatientId}|{test}|{at}|{value}") : null,
            Resource = resource,
            IssuedAt = LaterOf(lab.ObservedAt, lab.IssuedAt),
        };
    }

    /// <summary>Of the same subject as the value that it corrects. It says something else than any value.</summary>
    public static AlertMark Of(LabCriticalCorrected lab, string? resource, string eventId) => new(
        SubjectOf(AlertTypes.LabValue, resource, eventId, PartOf(lab.Code?.System, lab.Code?.Code ?? lab.TestName, lab.Place)),
        $"{lab.Correction}|{ValueSpelling.Of(lab.Value, lab.Unit, lab.ValueText)}|"
        + ValueSpelling.Of(lab.PreviousValue, lab.PreviousUnit, lab.PreviousValueText))
    {
        Resource = resource,
        IssuedAt = LaterOf(lab.ObservedAt, lab.IssuedAt),
    };

    public static AlertMark Of(RadiologyCriticalAlert finding, string? resource, string eventId) =>
        new(SubjectOf(AlertTypes.RadiologyFinding, resource, eventId, finding.Code.Code), finding.CriticalReason) { Resource = resource };

    // The first of several values of one code is known as the only one is.
    private static string PartOf(string? system, string test, int? place) =>
        place is null ? $"{system}|{test}" : string.Create(CultureInfo.InvariantCulture, $"{system}|{test}|{place}");

    // An event without a resource is about itself.
    public static string SubjectOf(string type, string? resource, string eventId, string? part) =>
        IndexKey.Of($"{type}|{resource?.Split("/_history/")[0] ?? eventId}|{part}");

    /// <summary>Null: the value has neither a number nor words.</summary>
    public static string? ValueOf(LabCriticalAlert lab) => ValueSpelling.Of(lab.Value, lab.Unit, lab.ValueText);

    public static DateTimeOffset? InstantOf(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;

    /// <summary>
    /// A result that was issued long before it was told comes from an import: no alert is raised for it. A later version of its record was
    /// made now, whatever its instants say, and is none.
    /// </summary>
    public static bool IsImport(DateTimeOffset? issuedAt, string? resource, DateTimeOffset toldAt) =>
        issuedAt < toldAt - Stale && (resource?.Split("/_history/") is not [_, var version] || version == "1");

    public bool IsImport(DateTimeOffset toldAt) => IsImport(IssuedAt, Resource, toldAt);

    private static DateTimeOffset? LaterOf(string? measured, string? issued) => (InstantOf(measured), InstantOf(issued)) switch
    {
        ({ } one, { } other) => one > other ? one : other,
        var (one, other) => one ?? other,
    };

    /// <summary>
    /// What was resolved and is told again of another version, or of a record without versions, has come back, and is no repetition; nor is
    /// the same value of another measurement.
    /// </summary>
    public bool Repeats(AlertMark known, bool isResolved)
    {
        if (known.Sample is not null && Sample is not null && known.Sample != Sample) return false;
        if (known.Sample is not null && known.Sample == Sample && known.Subject != Subject) return true;
        return known.Said == Said && (!isResolved || (known.Resource == Resource && HasVersion));
    }

    private bool HasVersion => Resource?.Contains("/_history/", StringComparison.Ordinal) == true;
}
