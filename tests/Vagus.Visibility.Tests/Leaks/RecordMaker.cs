using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Vagus.Fhir.R4.Definitions;

namespace Vagus.Visibility.Tests.Leaks;

/// <summary>
/// Makes valid resources of every R4 type from the definitions: each element that may be there has a value, and every text carries the
/// canary. A variant chooses among the types of a choice, the targets of a reference and the codes of a binding.
/// </summary>
internal sealed class RecordMaker(string patient, string canary, int variant)
{
    public const string Secret = "verborgen";
    public const string System = "urn:leak:codes";
    public const string IdPrefix = "kooi-";
    private const int Deepest = 7;

    // What decides about release, and a label by another name, are left to the scene.
    private static readonly Dictionary<string, string> Fixed = new(StringComparer.Ordinal)
    {
        ["Observation.status"] = "final",
        ["DiagnosticReport.status"] = "final",
        ["Composition.confidentiality"] = "N",
        // An active one is applied, and must be one that can be.
        ["SearchParameter.status"] = "retired",
    };

    private static readonly string[] Skipped = ["id", "meta", "extension", "modifierExtension", "contained", "implicitRules", "text"];

    // What a reference to any type may be to, the patient first.
    public static readonly string[] Targets =
        ["Patient", "Practitioner", "Encounter", "Device", "Organization", "Location", "Group", "MedicationRequest", "Observation"];

    private static readonly string[] InsideOthers = ["Composition", "MessageHeader", "Basic"];

    private readonly HashSet<string> open = new(StringComparer.Ordinal);

    /// <summary>The resource with a tag that carries the canary and a secret that no search asks for.</summary>
    public JsonObject Make(string type, string id)
    {
        var resource = new JsonObject { ["resourceType"] = type, ["id"] = id };
        resource["meta"] = new JsonObject
        {
            ["profile"] = new JsonArray($"http://leak.example/profile/{canary}"),
            ["source"] = $"http://leak.example/source/{canary}",
            ["security"] = new JsonArray(new JsonObject { ["system"] = System, ["code"] = $"{canary}-security", ["display"] = Secret }),
            ["tag"] = new JsonArray(new JsonObject { ["system"] = System, ["code"] = $"{canary}-tag", ["display"] = Secret }),
        };
        Fill(resource, R4Definitions.Type(type)!, depth: 0);
        if (type == "Subscription") Told(resource);
        return resource;
    }

    /// <summary>One that the server could tell, and does not: what it cannot tell is refused.</summary>
    private void Told(JsonObject subscription)
    {
        subscription["status"] = "off";
        subscription["criteria"] = $"Basic?_tag={canary}-tag";
        subscription.Remove("error");
        subscription["channel"] = new JsonObject
        {
            ["type"] = "rest-hook", ["endpoint"] = $"https://leak.example/{canary}", ["payload"] = "application/fhir+json",
        };
    }

    private void Fill(JsonObject target, TypeDefinition type, int depth)
    {
        foreach (var element in type.Elements)
        {
            if (element.Max == 0 || (Skipped.Contains(element.Name) && element.Min == 0)) continue;
            if (depth >= Deepest && element.Min == 0) continue;
            var field = element.Fields[variant % element.Fields.Length];
            if (Value(field, type, depth) is not { } value) continue;
            target[field.Name] = element.IsArray ? new JsonArray(value) : value;
        }
    }

    private JsonNode? Value(JsonField field, TypeDefinition owner, int depth)
    {
        var (element, type) = (field.Element, field.Type.Definition);
        if (type.Kind == TypeKind.Primitive) return Primitive(type.Primitive, element, $"{owner.Name}.{element.Name}");
        if (type.Kind == TypeKind.Resource) return Inside();
        if (type.Name == "Reference") return Reference(field.Type.Targets);
        if (type.Name is "Coding" or "CodeableConcept") return Concept(type.Name, element.Codes);
        if (type.Name is "Extension" or "Meta") return null;
        // A structure that holds itself (an item's items) is filled once; within, only what must be there.
        if (!open.Add(type.Name)) return element.Min == 0 ? null : Filled(type, Deepest);
        var filled = Filled(type, depth + 1) ?? (element.Min == 0 ? null : Filled(type, depth: 0));
        open.Remove(type.Name);
        return filled;
    }

    private JsonObject? Filled(TypeDefinition type, int depth)
    {
        var value = new JsonObject();
        Fill(value, type, depth);
        return value.Count == 0 ? null : value;
    }

    private JsonValue? Primitive(PrimitiveKind kind, ElementDefinition element, string path) => kind switch
    {
        PrimitiveKind.Boolean => JsonValue.Create(variant % 2 == 0),
        PrimitiveKind.Decimal => JsonValue.Create(7.25m),
        PrimitiveKind.Integer or PrimitiveKind.PositiveInt or PrimitiveKind.UnsignedInt => JsonValue.Create(7),
        PrimitiveKind.Base64Binary => JsonValue.Create(Convert.ToBase64String(Encoding.UTF8.GetBytes(canary))),
        PrimitiveKind.Date => JsonValue.Create("2031-03-07"),
        PrimitiveKind.DateTime => JsonValue.Create("2031-03-07T10:00:00Z"),
        PrimitiveKind.Instant => JsonValue.Create("2031-03-07T10:00:00Z"),
        PrimitiveKind.Time => JsonValue.Create("10:00:00"),
        PrimitiveKind.Oid => JsonValue.Create("urn:oid:2.25.7"),
        PrimitiveKind.Uuid => JsonValue.Create("urn:uuid:0b0a1f6c-0000-4000-8000-000000000007"),
        PrimitiveKind.Uri or PrimitiveKind.Url or PrimitiveKind.Canonical => JsonValue.Create($"http://leak.example/{canary}"),
        PrimitiveKind.Xhtml => JsonValue.Create($"""<div xmlns="http://www.w3.org/1999/xhtml">{Secret}</div>"""),
        PrimitiveKind.Code or PrimitiveKind.String or PrimitiveKind.Id or PrimitiveKind.Markdown =>
            JsonValue.Create(Fixed.GetValueOrDefault(path) ?? Coded(element.Codes)?.Code ?? $"{canary}-{element.Name}"),
        _ => null,
    };

    private JsonObject Concept(string type, CodeSet? codes)
    {
        var bound = Coded(codes);
        var coding = new JsonObject
        {
            ["system"] = bound?.System ?? System, ["code"] = bound?.Code ?? $"{canary}-code", ["display"] = Secret,
        };
        return type == "Coding" ? coding : new JsonObject { ["coding"] = new JsonArray(coding), ["text"] = $"{canary} text" };
    }

    private JsonObject Reference(string[] targets)
    {
        var possible = targets.Length == 0 ? Targets : targets;
        var target = variant == 0 && possible.Contains("Patient") ? "Patient" : possible[variant % possible.Length];
        return new JsonObject
        {
            ["reference"] = target == "Patient" ? $"Patient/{patient}" : $"{target}/{canary}-other",
            ["identifier"] = new JsonObject { ["system"] = System, ["value"] = $"{canary}-identifier" },
            ["display"] = Secret,
        };
    }

    /// <summary>A resource within another: with what must be there only.</summary>
    private JsonObject Inside()
    {
        var type = InsideOthers[variant % InsideOthers.Length];
        var resource = new JsonObject { ["resourceType"] = type, ["id"] = $"{canary}-inside" };
        Fill(resource, R4Definitions.Type(type)!, Deepest);
        return resource;
    }

    private (string System, string Code)? Coded(CodeSet? codes)
    {
        if (codes is null) return null;
        var all = codes.Systems.SelectMany(system => system.Codes, (system, code) => (system.System, code)).ToList();
        return all[variant % all.Count];
    }

    /// <summary>With what must be there only; a Provenance is signed, or it is not taken.</summary>
    public JsonObject Bare(string type)
    {
        var resource = new JsonObject { ["resourceType"] = type };
        Fill(resource, R4Definitions.Type(type)!, Deepest);
        if (type == "Subscription") Told(resource);
        if (type == "Provenance") resource["signature"] = new JsonArray(Filled(R4Definitions.Type("Signature")!, Deepest));
        return resource;
    }

    internal static string Text(JsonObject resource) => resource.ToJsonString();

    internal static string Id(string type, int variant) => string.Create(CultureInfo.InvariantCulture, $"{IdPrefix}{type}-{variant}");
}
