using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Vagus.Fhir.Http;
using Vagus.Fhir.Interactions.Terminology;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Reading;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Interactions;

/// <summary>
/// [base]/Observation/$stats (R4 observation-operation-stats): statistics of one subject's amounts, for each code an Observation. The
/// amounts of a code are of one unit; deviation and variance are those of a sample.
/// </summary>
internal sealed class ObservationStatistics(FhirOptions options, FhirCalls calls, FhirReads reads)
{
    private const string Type = "Observation";
    private const int MostCodes = 20;
    private const int MostLookedAt = 1_000;
    private const string Statistics = "http://terminology.hl7.org/CodeSystem/observation-statistics";
    private const string Counted = "status=final,amended,corrected";

    private static readonly Refusal TooLarge = FhirRefusals.Unprocessable("The amounts are too large for their statistics to be worked out.");

    public async Task<IResult> Answer(HttpContext http)
    {
        var call = calls.Of(http);
        var read = await OperationParameters.Read(http.Request, options.BodyBytes, call.Cancel);
        if (read.Refusal is { } unread) return FhirResponses.Refuse(unread);
        var parameters = read.Value;
        if (Operations.Stats.RefuseOthers(parameters) is { } unknown) return FhirResponses.Refuse(unknown);
        var asked = StatisticsQuery.Of(parameters, call.Clock, MostCodes);
        if (asked.Refusal is { } malformed) return FhirResponses.Refuse(malformed);
        var (answer, notice) = (new ParametersAnswer(), (string?)null);
        foreach (var code in asked.Value.Codes)
        {
            var found = await reads.Choose(call, Type, [$"{asked.Value.Query}&code={Uri.EscapeDataString(code)}&{Counted}"], MostLookedAt, "stats", all => all);
            if (found.Refusal is { } refused) return FhirResponses.Refuse(refused);
            notice ??= found.Value.Notice;
            var amounts = AmountsOf(found.Value.Versions);
            if (amounts.Refusal is { } mixed) return FhirResponses.Refuse(mixed);
            var summary = Summary(asked.Value, code, amounts.Value);
            if (summary.Refusal is { } beyond) return FhirResponses.Refuse(beyond);
            answer.Add("statistics", "resource", summary.Value);
            if (parameters.Text("include") != "true") continue;
            foreach (var source in found.Value.Versions) answer.Add("source", "resource", JsonNode.Parse(source.Body));
        }

        return answer.ToResponse() with { Notice = notice };
    }

    private static Result<Amounts> AmountsOf(IReadOnlyList<StoredResource> observations)
    {
        var (values, unit) = (new List<decimal>(), default(JsonElement));
        foreach (var observation in observations.Select(each => StoredBody.Read(each.Body)))
        {
            if (!observation.TryGetProperty("valueQuantity"u8, out var quantity) || !quantity.TryGetProperty("value"u8, out var value)) continue;
            if (!value.TryGetDecimal(out var number)) return TooLarge;
            if (unit.ValueKind == JsonValueKind.Object && UnitOf(unit) != UnitOf(quantity))
                return FhirRefusals.Unprocessable("The amounts are of several units, so that nothing is worked out of them.");
            unit = quantity;
            values.Add(number);
        }

        values.Sort();
        return new Amounts(values, observations.Count, unit);
    }

    private static string UnitOf(JsonElement quantity) =>
        $"{PropertyText.Of(quantity, "system"u8)}|{PropertyText.Of(quantity, "code"u8) ?? PropertyText.Of(quantity, "unit"u8)}";

    private static Result<JsonObject> Summary(StatisticsQuery asked, string code, Amounts amounts)
    {
        try
        {
            return SummaryOf(asked, code, amounts);
        }
        catch (OverflowException)
        {
            // Sums and squares of amounts that are numbers themselves may be beyond what a decimal holds.
            return TooLarge;
        }
    }

    private static JsonObject SummaryOf(StatisticsQuery asked, string code, Amounts amounts)
    {
        var bar = code.IndexOf('|', StringComparison.Ordinal);
        var summary = new JsonObject
        {
            ["resourceType"] = Type,
            ["status"] = "final",
            ["code"] = new JsonObject
            {
                ["coding"] = new JsonArray(ParametersAnswer.Coding(bar < 0 ? null : code[..bar], code[(bar + 1)..], display: null)),
            },
            ["subject"] = new JsonObject { ["reference"] = asked.Subject },
        };
        if (asked.Period is { } period) summary["effectivePeriod"] = period.DeepClone();
        summary["component"] = new JsonArray([.. asked.Statistics.Select(name => (JsonNode)Component(name, amounts))]);
        return summary;
    }

    private static JsonObject Component(string statistic, Amounts amounts)
    {
        var component = new JsonObject
        {
            ["code"] = new JsonObject { ["coding"] = new JsonArray(ParametersAnswer.Coding(Statistics, statistic, display: null)) },
        };
        if (amounts.Of(statistic) is { } value) component["valueQuantity"] = QuantityOf(statistic, value, amounts.Unit);
        else
            component["dataAbsentReason"] = new JsonObject
            {
                ["coding"] = new JsonArray(ParametersAnswer.Coding("http://terminology.hl7.org/CodeSystem/data-absent-reason", "not-applicable", display: null)),
            };
        return component;
    }

    // Counts are of no unit, and a variance is of none that has a name.
    private static JsonObject QuantityOf(string statistic, decimal value, JsonElement unit)
    {
        var quantity = new JsonObject { ["value"] = value };
        if (statistic is "count" or "total-count" or "variance" || unit.ValueKind != JsonValueKind.Object) return quantity;
        foreach (var name in new[] { "unit", "system", "code" })
        {
            if (unit.TryGetProperty(name, out var text) && text.GetString() is { } known) quantity[name] = known;
        }

        return quantity;
    }
}

/// <summary>The amounts of one code, from the least on.</summary>
/// <param name="Values">The amounts.</param>
/// <param name="Total">Observations, those without an amount too.</param>
/// <param name="Unit">A quantity of their unit; undefined where there is none.</param>
internal sealed record Amounts(IReadOnlyList<decimal> Values, int Total, JsonElement Unit)
{
    public static readonly string[] Names =
    [
        "average", "maximum", "minimum", "count", "total-count", "median", "std-dev", "sum", "variance", "20-percent", "80-percent",
        "4-lower", "4-upper",
    ];

    /// <summary>Null: there are too few amounts for it.</summary>
    public decimal? Of(string statistic) => statistic switch
    {
        "count" => Values.Count,
        "total-count" => Total,
        "sum" => Values.Sum(),
        _ when Values.Count == 0 => null,
        "average" => Rounded(Values.Average()),
        "minimum" => Values[0],
        "maximum" => Values[^1],
        "median" => Percentile(50),
        "20-percent" => Percentile(20),
        "80-percent" => Percentile(80),
        "4-lower" => Percentile(25),
        "4-upper" => Percentile(75),
        _ when Values.Count < 2 => null,
        "variance" => Rounded(Variance()),
        "std-dev" => Rounded((decimal)Math.Sqrt((double)Variance())),
        _ => null,
    };

    private decimal Variance()
    {
        var average = Values.Average();
        return Values.Sum(value => (value - average) * (value - average)) / (Values.Count - 1);
    }

    // Between two amounts it lies in proportion.
    private decimal Percentile(int percent)
    {
        var place = (Values.Count - 1) * percent / 100m;
        var below = (int)place;
        var above = Math.Min(below + 1, Values.Count - 1);
        return Rounded(Values[below] + ((Values[above] - Values[below]) * (place - below)));
    }

    private static decimal Rounded(decimal value) => decimal.Parse(
        Math.Round(value, 10).ToString("0.##########", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
