using System.Globalization;
using System.Text.Json.Nodes;
using Vagus.Visibility.Tests.Leaks;

namespace Vagus.Fhir.Api.Tests.Searching.Naive;

/// <summary>
/// Records made from the definitions, whose values are then drawn from small pools: texts that differ in case and accents, numbers that
/// differ in their digits, amounts in several units, dates at the borders of days and zones.
/// </summary>
internal sealed class NaiveRecord(Random random)
{
    private static readonly string[] Texts =
        ["Zoë", "zoe", "ZOE M", "Žoé", "Ångström", "angstrom x", "Ñandú", "nandu", "Straße", "STRASSE", "o'Neil"];

    private static readonly string[] Texted =
        ["family", "text", "city", "district", "name", "title", "display", "valueString", "description"];

    private static readonly string[] Numbers = ["5", "5.0", "5.4", "5.40", "5.44", "0.054", "5400", "120", "-3", "0", "100000000000.5"];

    private static readonly string[] Days = ["2026", "2026-02", "2026-02-28", "2026-03-01", "2025-12-31", "2026-01-01", "1999-12-31"];

    private static readonly string[] Instants =
    [
        "2026-03-01T00:00:00Z", "2026-02-28T23:59:59.999Z", "2026-03-01T00:30:00+02:00", "2026-02-28T23:30:00-05:00",
        "2026-01-01T00:00:00+14:00", "2025-12-31T23:59:59-12:00", "2026-02-28T12:00:00.123456Z",
    ];

    private static readonly (string Code, string Unit)[] Units =
        [("mg", "mg"), ("g", "gram"), ("ug", "µg"), ("mm[Hg]", "mmHg"), ("kPa", "kPa")];

    public JsonObject Make(string type, string id, int variant)
    {
        var canary = random.Next(3) switch { 0 => "kanarie", 1 => "Kanarie", _ => "KANARIENVOGEL" };
        var resource = new RecordMaker($"p{random.Next(3)}", canary, variant).Make(type, id);
        Bend(resource);
        // No other is taken.
        if (type == "Subscription") resource["end"] = "2031-03-07T10:00:00Z";
        return resource;
    }

    private void Bend(JsonObject target)
    {
        foreach (var (name, value) in target.ToList())
        {
            switch (value)
            {
                case JsonObject inner:
                    Bend(inner);
                    break;
                case JsonArray { Count: > 0 } array when array[0] is JsonObject inner:
                    Bend(inner);
                    break;
                case JsonValue when name != "div" && !(name == "name" && IsId(target)) && Bent(name, value.ToJsonString()) is { } other:
                    target[name] = other;
                    break;
            }
        }

        if (target.ContainsKey("value") && target.ContainsKey("unit")) Measure(target);
        if (target["low"] is JsonObject low && target["high"] is JsonObject high) Order(low, high);
        if (target["start"] is JsonValue start && target["end"] is JsonValue end) (target["start"], target["end"]) = Ordered(start, end);
    }

    // Of an Expression, and within a StructureMap, a name is an id.
    private static bool IsId(JsonObject owner) =>
        owner.ContainsKey("language") || owner.Root["resourceType"]?.GetValue<string>() == "StructureMap";

    private JsonNode? Bent(string name, string json) => json switch
    {
        "7.25" => JsonNode.Parse(Of(Numbers)),
        "\"2031-03-07\"" => Of(Days),
        "\"2031-03-07T10:00:00Z\"" => Of(Instants),
        _ when Texted.Contains(name) && json.Contains("anarie", StringComparison.OrdinalIgnoreCase) => Of(Texts),
        _ => null,
    };

    private void Measure(JsonObject quantity)
    {
        var (code, unit) = Units[random.Next(Units.Length)];
        quantity.Remove("comparator");
        quantity["unit"] = unit;
        if (random.Next(5) == 0)
        {
            quantity.Remove("system");
            quantity.Remove("code");
            return;
        }

        quantity["system"] = "http://unitsofmeasure.org";
        quantity["code"] = code;
    }

    private static void Order(JsonObject low, JsonObject high)
    {
        foreach (var name in (string[])["unit", "system", "code"])
        {
            if (low[name] is { } same) high[name] = same.DeepClone();
            else high.Remove(name);
        }

        if (low["value"] is { } from && high["value"] is { } to && Number(from) > Number(to))
            (low["value"], high["value"]) = (to.DeepClone(), from.DeepClone());
    }

    private static (JsonNode Start, JsonNode End) Ordered(JsonValue start, JsonValue end)
    {
        var (from, to) = (NaiveDate.Parse(start.ToString()), NaiveDate.Parse(end.ToString()));
        var isOrdered = from is null || to is null || from.Low <= to.Low;
        return isOrdered ? (start.DeepClone(), end.DeepClone()) : (end.DeepClone(), start.DeepClone());
    }

    private static decimal Number(JsonNode node) => decimal.Parse(node.ToJsonString(), CultureInfo.InvariantCulture);

    private string Of(string[] pool) => pool[random.Next(pool.Length)];
}
