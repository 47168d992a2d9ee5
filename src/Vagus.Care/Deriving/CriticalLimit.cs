using System.Globalization;
using System.Text.Json;
using Vagus.Care.Deriving.Reading;
using Vagus.Fhir.R4.Indexing;

namespace Vagus.Care.Deriving;

/// <summary>
/// At or beyond which values a laboratory result is critical, in one unit (UCUM), for all people or for some ages or one sex.
/// </summary>
internal sealed record CriticalLimit(string Unit, decimal? Low, string LowReason, decimal? High, string HighReason)
{
    /// <summary>From this age on, in days.</summary>
    public int? MinAgeDays { get; init; }

    /// <summary>Below this age, in days.</summary>
    public int? MaxAgeDays { get; init; }

    /// <summary>A code of FHIR's administrative gender; null: any.</summary>
    public string? Sex { get; init; }

    public bool IsOfSome => MinAgeDays is not null || MaxAgeDays is not null || Sex is not null;

    /// <summary>What is not known of a person excludes no limit: one alert too many is better than one that is missing.</summary>
    public bool HoldsFor(MeasuredPerson person)
    {
        if (person.AgeDays is { } age && (age < MinAgeDays || age >= MaxAgeDays)) return false;
        return Sex is null || person.Sex is null || Sex == person.Sex;
    }

    /// <summary>The measured value in the unit of the limit; null where it is in another kind of unit.</summary>
    public decimal? ValueOf(MeasuredAmount amount)
    {
        // A ratio or a pH is often written without its unit.
        if (amount.Unit is not { } unit) return Unit is "1" or "{INR}" or "[pH]" ? amount.Value : null;
        return ValueIn(amount.Value, unit) ?? (UnitSpelling.UcumOf(unit) is { } meant ? ValueIn(amount.Value, meant) : null);
    }

    /// <summary>Whether values can be compared with a limit in this unit; UCUM writes its arbitrary units in brackets.</summary>
    public static bool IsComparable(string unit) => UnitSpelling.UcumOf(unit) is null
        && (CanonicalUnit.Of(CanonicalUnit.System, unit) is not null || unit.Contains('[', StringComparison.Ordinal)
            || unit.Contains('{', StringComparison.Ordinal));

    private decimal? ValueIn(decimal value, string unit)
    {
        if (string.Equals(unit, Unit, StringComparison.Ordinal)) return value;
        return IsEquivalents(unit) != IsEquivalents(Unit) ? null : Converted(value, unit);
    }

    private decimal? Converted(decimal value, string unit)
    {
        if (CanonicalUnit.Of(CanonicalUnit.System, unit) is not { } from || CanonicalUnit.Of(CanonicalUnit.System, Unit) is not { } to)
            return null;
        if (from.Measure != to.Measure || to.Factor == 0 || from.Convert(value) is not { } inBase) return null;
        try
        {
            return inBase / to.Factor - to.Offset;
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    // UCUM counts an equivalent as a mole; of what carries two charges, a mole has two.
    private static bool IsEquivalents(string unit) => unit.Contains("eq", StringComparison.Ordinal);
}

/// <summary>Of whom a value is, as far as limits depend on it; null: not known.</summary>
internal sealed record MeasuredPerson(int? AgeDays, string? Sex)
{
    public static readonly MeasuredPerson Unknown = new(null, null);

    /// <summary>The age is that at the time of the measurement.</summary>
    public static MeasuredPerson Of(JsonElement patient, JsonElement observation, DateTimeOffset now)
    {
        var at = InstantOf(observation.Text("effectiveDateTime")) ?? now;
        var sex = patient.Text("gender") is "male" or "female" ? patient.Text("gender") : null;
        // A birth date without a day has an age of years, and none of days.
        DateTime? born = DateTime.TryParseExact(
            patient.Text("birthDate"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;
        return new MeasuredPerson(born is { } day && day <= at.UtcDateTime ? (int)(at.UtcDateTime.Date - day).TotalDays : null, sex);
    }

    private static DateTimeOffset? InstantOf(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
}
