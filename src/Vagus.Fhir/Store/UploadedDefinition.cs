using System.Text.Json;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.R4.Json;
using Vagus.Kernel;

namespace Vagus.Fhir.Store;

/// <summary>
/// What a stored SearchParameter asks the server to search by. It is applied while its status is active; every other one is kept as a
/// resource alone. One that cannot be applied is refused.
/// </summary>
internal static class UploadedDefinition
{
    public const string Type = "SearchParameter";
    private const int MostBases = 8;
    private const int LongestCode = 64;

    // Who finds these is decided otherwise: the audit has a search of its own, and messages are sealed.
    private static readonly string[] Closed = ["AuditEvent", "Communication"];

    /// <summary>One for each base; none where the resource is not to be applied. Their numbers are given by the write.</summary>
    public static Result<List<AddedSearch>> Read(JsonElement resource)
    {
        var searches = new List<AddedSearch>();
        if (PropertyText.Of(resource, "status"u8) != "active") return searches;
        if (PropertyText.Of(resource, "code"u8) is not { } code || !IsCode(code))
            return Refuse($"Its code is 1 to {LongestCode} letters, digits, '-' and '_', and begins with a letter");
        if (KindOf(PropertyText.Of(resource, "type"u8)) is not { } kind) return Refuse("Its type is none that can be searched by");
        var bases = Texts(resource, "base"u8);
        if (bases.Count is 0 or > MostBases) return Refuse($"It has 1 to {MostBases} bases");
        foreach (var type in bases)
        {
            if (!R4Definitions.IsResourceType(type) || Closed.Contains(type, StringComparer.Ordinal))
                return Refuse($"The base {FhirRefusals.Shown(type)} cannot be searched by it");
            if (R4Definitions.SearchParameter(type, code) is { } known)
            {
                // R4's own definition, stored again: the server searches by it anyway.
                if (known.Url == PropertyText.Of(resource, "url"u8)) continue;
                return Refuse($"R4 has a search parameter '{code}' of {type}. One that is not active is stored, and not applied");
            }

            var compiled = AddedSearch.Compile(new SearchParameterDefinition
            {
                Id = SearchParameterSet.FirstAdded, Base = type, Code = code, Kind = kind, Url = PropertyText.Of(resource, "url"u8) ?? "",
                Targets = TargetsOf(resource, kind), Expression = PropertyText.Of(resource, "expression"u8) ?? "", Components = [],
            });
            if (compiled.Refusal is { } unfit) return unfit;
            searches.Add(compiled.Value);
        }

        return searches;
    }

    private static bool IsCode(string code) => code.Length is > 0 and <= LongestCode && char.IsAsciiLetter(code[0])
        && code.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');

    private static SearchParameterKind? KindOf(string? text) => text switch
    {
        "date" => SearchParameterKind.Date,
        "number" => SearchParameterKind.Number,
        "quantity" => SearchParameterKind.Quantity,
        "reference" => SearchParameterKind.Reference,
        "string" => SearchParameterKind.String,
        "token" => SearchParameterKind.Token,
        "uri" => SearchParameterKind.Uri,
        _ => null,
    };

    private static string[] TargetsOf(JsonElement resource, SearchParameterKind kind) =>
        kind != SearchParameterKind.Reference ? [] : [.. Texts(resource, "target"u8).Where(R4Definitions.IsResourceType)];

    private static List<string> Texts(JsonElement resource, ReadOnlySpan<byte> name)
    {
        if (!resource.TryGetProperty(name, out var list) || list.ValueKind != JsonValueKind.Array) return [];
        return [.. list.EnumerateArray().Where(each => each.ValueKind == JsonValueKind.String)
            .Select(each => each.GetString() ?? "").Distinct(StringComparer.Ordinal)];
    }

    private static Refusal Refuse(string cause) =>
        FhirRefusals.Unprocessable($"The SearchParameter cannot be applied. {cause}.");
}
