using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vagus.Fhir.Interactions.Terminology;
using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Interactions;

/// <summary>What $stats is asked: whose Observations, of which codes and time, and which statistics.</summary>
/// <param name="Subject">The reference.</param>
/// <param name="Query">Subject and time as search parameters.</param>
/// <param name="Codes">As <c>system|code</c>.</param>
/// <param name="Statistics">Their codes.</param>
internal sealed record StatisticsQuery(string Subject, string Query, IReadOnlyList<string> Codes, IReadOnlyList<string> Statistics)
{
    private const decimal MostHours = 1_000_000;

    /// <summary>The time as a Period; null: all of it.</summary>
    public JsonObject? Period { get; private init; }

    public static Result<StatisticsQuery> Of(OperationParameters parameters, TimeProvider clock, int mostCodes)
    {
        if (parameters.Text("subject") is not { } subject) return FhirRefusals.Invalid("The operation needs a subject.");
        var codes = CodesOf(parameters);
        if (codes.Count == 0 || codes.Count > mostCodes) return FhirRefusals.Invalid($"The operation needs 1 to {mostCodes} codes.");
        var names = parameters.Texts("statistic").SelectMany(each => each.Split(',')).Distinct(StringComparer.Ordinal).ToList();
        if (names.Count == 0) return FhirRefusals.Invalid("The operation needs a statistic.");
        if (names.Find(name => !Amounts.Names.Contains(name)) is not null)
            return FhirRefusals.NotSupported($"The statistics are {string.Join(", ", Amounts.Names)}.");
        var period = PeriodOf(parameters, clock);
        if (period.Refusal is { } malformed) return malformed;
        var (from, to) = period.Value;
        var query = $"subject={Uri.EscapeDataString(Escaped(subject))}"
            + (from is null ? "" : $"&date=ge{Uri.EscapeDataString(from)}") + (to is null ? "" : $"&date=le{Uri.EscapeDataString(to)}");
        return new StatisticsQuery(subject, query, codes, names) { Period = Written(from, to) };
    }

    private static List<string> CodesOf(OperationParameters parameters)
    {
        var system = parameters.Text("system");
        var codes = parameters.Texts("code").Select(code => system is null ? Escaped(code) : $"{Escaped(system)}|{Escaped(code)}").ToList();
        if (AskedCode.Read(parameters.Element("coding")) is { } coding)
            codes.Add(coding.System is { } known ? $"{Escaped(known)}|{Escaped(coding.Code)}" : Escaped(coding.Code));
        return [.. codes.Distinct(StringComparer.Ordinal)];
    }

    private static Result<(string? From, string? To)> PeriodOf(OperationParameters parameters, TimeProvider clock)
    {
        if (parameters.Text("duration") is { } duration)
        {
            if (!decimal.TryParse(duration, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var hours)
                || hours is 0 or > MostHours)
                return FhirRefusals.Invalid("duration is a number of hours.");
            return (StoredBody.InstantText(clock.GetUtcNow() - TimeSpan.FromHours((double)hours)), null);
        }

        var period = parameters.Element("period");
        if (period.ValueKind != JsonValueKind.Object) return (null, null);
        var (from, to) = (PropertyText.Of(period, "start"u8), PropertyText.Of(period, "end"u8));
        return (from is not null && DateRange.Parse(from) is null) || (to is not null && DateRange.Parse(to) is null)
            ? FhirRefusals.Invalid("period has dates or instants.") : (from, to);
    }

    private static JsonObject? Written(string? from, string? to)
    {
        if (from is null && to is null) return null;
        var period = new JsonObject();
        if (from is not null) period["start"] = from;
        if (to is not null) period["end"] = to;
        return period;
    }

    private static string Escaped(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal)
        .Replace("$", "\\$", StringComparison.Ordinal);
}
