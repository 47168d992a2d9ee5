using System.Text.Json;
using System.Text.Json.Nodes;
using Vagus.Clinic.Records;
using Vagus.Clinic.Requests;

namespace Vagus.Clinic.Encounters;

/// <summary>A diagnosis or a procedure as a client names it: words, and a code of SNOMED CT unless it names another system.</summary>
internal sealed record CodedWords(string? Display, string? Code, string System)
{
    public const int Most = 50;
    public static readonly string[] Fields = ["display", "code", "system"];

    /// <summary>Null where the list is absent.</summary>
    public static IReadOnlyList<CodedWords>? Of(BodyFields fields, string name)
    {
        var given = fields.Objects(name, Most, Fields);
        if (given is null) return null;
        var words = new List<CodedWords>();
        foreach (var each in given)
        {
            var code = each.TextOrNull("code");
            // One of the two must be there.
            var display = code is null ? each.Text("display") : each.TextOrNull("display");
            words.Add(new CodedWords(display, code, each.TextOrNull("system") ?? CodeSystems.Snomed));
        }

        return words;
    }

    public static EncounterCode Describe(string id, JsonElement resource)
    {
        var coding = resource.Child("code")?.First("coding");
        return new EncounterCode(id, resource.Concept("code"), coding?.Text("code"), coding?.Text("system"));
    }

    public bool Is(JsonElement resource)
    {
        var known = Describe("", resource);
        return Code is null ? known.Code is null && known.Display == Display : known.Code == Code && known.System == System;
    }

    public JsonObject ToConcept() =>
        Code is null ? RecordParts.Words(Display ?? "") : RecordParts.Concept(System, Code, Display, Display);
}
