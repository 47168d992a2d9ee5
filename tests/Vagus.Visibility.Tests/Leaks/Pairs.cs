using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vagus.Fhir.R4.Criteria;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.R4.Validation;

namespace Vagus.Visibility.Tests.Leaks;

/// <summary>A parameter of a type, a value that is in a made resource, and that resource.</summary>
internal sealed record Pair(string Type, string Parameter, string Query, string Modified, Made Record);

/// <summary>A made resource: its JSON and what it is found by.</summary>
internal sealed record Made(string Type, string Id, JsonObject Resource, IndexedValues Values)
{
    /// <summary>Whose record it is in.</summary>
    public required IReadOnlyList<string> Patients { get; init; }

    public string Reference => $"{Type}/{Id}";
}

/// <summary>
/// One record of every type, and for each parameter that the server searches a query that finds it. What no variant of a type fills is
/// listed.
/// </summary>
internal sealed class Pairs
{
    private const int Variants = 64;
    private static readonly OwnBases Own = OwnBases.None;
    private readonly SearchValueParser parser = new(Own, TimeProvider.System);
    private readonly SearchIndexer indexer = new(Own);

    public List<Pair> All { get; } = [];

    public List<Made> Records { get; } = [];

    /// <summary>Those that the asker asks for by the searches.</summary>
    public IEnumerable<Pair> For(Asker asker) => All.Where((_, index) => asker.Asks(index));

    /// <summary>Parameters without a case, and why.</summary>
    public SortedDictionary<string, string> Without { get; } = new(StringComparer.Ordinal);

    /// <param name="searched">The server's own statement: its types and their parameters.</param>
    /// <param name="patient">Whose record it is.</param>
    /// <param name="canary">What every value carries.</param>
    public static Pairs Of(IEnumerable<(string Type, List<string> Parameters)> searched, string patient, string canary)
    {
        var pairs = new Pairs();
        foreach (var (type, parameters) in searched) pairs.Add(type, [.. parameters], patient, canary);
        return pairs;
    }

    private void Add(string type, HashSet<string> open, string patient, string canary)
    {
        open.ExceptWith(["_id", "_lastUpdated"]);
        if (type == "AuditEvent")
        {
            foreach (var parameter in open) Without[$"{type}.{parameter}"] = "written by the server; its search is a way of its own";
            return;
        }

        for (var variant = 0; variant < Variants && (open.Count > 0 || variant == 0); variant++)
        {
            var made = Make(type, patient, canary, variant);
            var found = open.Select(parameter => (Parameter: parameter, Query: QueryFor(made, parameter)))
                .Where(each => each.Query is not null).ToList();
            if (found.Count == 0 && variant > 0) continue;
            Records.Add(made);
            foreach (var (parameter, query) in found)
            {
                open.Remove(parameter);
                All.Add(new Pair(type, parameter, query!.Value.Plain, query.Value.Modified, made));
            }
        }

        foreach (var parameter in open) Without[$"{type}.{parameter}"] = "no variant of the type has a value for it";
    }

    /// <summary>The records of the type that meet the query, which is one parameter with its value.</summary>
    public IEnumerable<Made> Meeting(string type, string query)
    {
        var equals = query.IndexOf('=', StringComparison.Ordinal);
        var criterion = parser.Parse(type, query[..equals], Uri.UnescapeDataString(query[(equals + 1)..])).Value;
        return Records.Where(made => made.Type == type && criterion.Holds(made.Values));
    }

    /// <summary>A record beside those that were made: what else the tenant has.</summary>
    public void Add(string resource) => Records.Add(Read(resource));

    /// <summary>A resource as a record, which is not among those that are asked for.</summary>
    public Made Read(string resource)
    {
        var json = JsonElement.Parse(resource);
        var type = json.GetProperty("resourceType").GetString()!;
        var values = indexer.Extract(json, type);
        return new Made(type, json.GetProperty("id").GetString()!, JsonNode.Parse(resource)!.AsObject(), values)
        {
            Patients = CompartmentReader.Patients(values, json, type),
        };
    }

    private Made Make(string type, string patient, string canary, int variant)
    {
        var id = type == "Patient" && variant == 0 ? patient : RecordMaker.Id(type, variant);
        var resource = new RecordMaker(patient, canary, variant).Make(type, id);
        var json = JsonElement.Parse(RecordMaker.Text(resource));
        var issues = ResourceValidator.Validate(json, Own);
        Assert.True(issues.Count == 0, $"{type}, variant {variant}: {string.Join("; ", issues)}");
        var values = indexer.Extract(json, type);
        Assert.False(values.IsTruncated, type);
        return new Made(type, id, resource, values) { Patients = CompartmentReader.Patients(values, json, type) };
    }

    /// <summary>The first of the queries by the parameter's own values that the record meets, and one with a modifier.</summary>
    private (string Plain, string Modified)? QueryFor(Made made, string parameter)
    {
        var definition = R4Definitions.SearchParameter(made.Type, parameter)!;
        var candidates = Candidates(made, definition).Where(each => Holds(made, parameter + each.Modifier, each.Value)).ToList();
        var plain = candidates.FirstOrDefault(each => each.Modifier.Length == 0);
        if (plain.Value is null) return null;
        var modified = candidates.FirstOrDefault(each => each.Modifier.Length > 0);
        var asked = $"{parameter}={Uri.EscapeDataString(plain.Value)}";
        // A composite takes no modifier.
        if (definition.Kind == SearchParameterKind.Composite) return (asked, asked);
        return (asked, $"{parameter}{modified.Modifier ?? ":missing"}={Uri.EscapeDataString(modified.Value ?? "false")}");
    }

    private bool Holds(Made made, string name, string value)
    {
        var read = parser.Parse(made.Type, name, value);
        return !read.IsRefused && read.Value.Holds(made.Values);
    }

    private static IEnumerable<(string Modifier, string Value)> Candidates(Made made, SearchParameterDefinition parameter)
    {
        if (parameter.Kind != SearchParameterKind.Composite) return Candidates(made.Values, parameter.Id);
        var shape = CompositeShape.Of(parameter, made.Type);
        var tuples = made.Values.Composites.Where(tuple => tuple.Parameter == shape.Tuples?.Id)
            .Select(tuple => Tuple(tuple.Parts, CompositeShape.Of(shape.Tuples!, made.Type).Components));
        return [.. tuples, .. shape.OfResource is { } whole ? [Tuple(made.Values, whole)] : Array.Empty<(string, string)>()];
    }

    private static (string Modifier, string Value) Tuple(IndexedValues values, IReadOnlyList<SearchParameterDefinition> components) =>
        ("", string.Join('$', components.Select(component => Plain(values, component))));

    // The identifier of a reference is a token under the same parameter.
    private static string? Plain(IndexedValues values, SearchParameterDefinition component) =>
        component.Kind == SearchParameterKind.Reference
            ? values.References.Where(each => each.Parameter == component.Id).Select(each => $"{each.Type}/{each.Id}").FirstOrDefault()
            : Candidates(values, component.Id).FirstOrDefault(each => each.Modifier.Length == 0).Value;

    private static IEnumerable<(string Modifier, string Value)> Candidates(IndexedValues values, int parameter)
    {
        foreach (var number in values.Numbers.Where(number => number.Parameter == parameter))
            yield return ("", string.Create(CultureInfo.InvariantCulture, $"{number.Low ?? number.High}"));

        foreach (var quantity in values.Quantities.Where(quantity => quantity.Parameter == parameter))
            yield return ("", string.Create(CultureInfo.InvariantCulture, $"{quantity.Low ?? quantity.High}||{Escaped(quantity.Code ?? "")}"));

        foreach (var uri in values.Uris.Where(uri => uri.Parameter == parameter))
        {
            yield return ("", Escaped(uri.Value));
            if (!uri.Value.StartsWith("urn:", StringComparison.Ordinal)) yield return (":below", Escaped(uri.Value));
        }

        // The secret is asked for by no search, since links repeat what was asked.
        foreach (var text in values.Texts.Where(text => text.Parameter == parameter && text.Normalized != RecordMaker.Secret))
            yield return (":text", Escaped(text.Normalized));

        foreach (var token in values.Tokens.Where(token => token.Parameter == parameter))
        {
            var value = token.System is null ? Escaped(token.Code) : $"{Escaped(token.System)}|{Escaped(token.Code)}";
            yield return ("", value);
            yield return (":identifier", value);
            yield return (":not", "urn:leak:none|nothing");
        }

        foreach (var reference in values.References.Where(reference => reference.Parameter == parameter))
        {
            yield return ("", reference.Url is { } url ? Escaped(url) : $"{reference.Type}/{reference.Id}");
            if (reference.Id is { } id) yield return ($":{reference.Type}", id);
        }

        foreach (var text in values.Strings.Where(text => text.Parameter == parameter))
        {
            yield return ("", Escaped(text.Exact));
            yield return (":contains", Escaped(text.Exact[1..]));
        }

        foreach (var date in values.Dates.Where(date => date.Parameter == parameter))
        {
            foreach (var prefix in new[] { "", "ge", "le", "ap" })
                yield return ("", prefix + date.Low.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        }
    }

    private static string Escaped(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal)
            .Replace("|", "\\|", StringComparison.Ordinal).Replace("$", "\\$", StringComparison.Ordinal);
}
