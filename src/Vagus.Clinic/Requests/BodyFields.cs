using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Vagus.Access;
using Vagus.Access.Tenants;
using Vagus.Kernel;

namespace Vagus.Clinic.Requests;

/// <summary>
/// The fields of a request's body, read strictly: a field that is not known, or of another form, is refused by name. All fields are read
/// first; then <see cref="Refusal"/> tells of the first that cannot be taken.
/// </summary>
internal sealed class BodyFields
{
    public const int LongText = 4_000;
    private const int ShortText = 250;

    private static readonly SmallJson Body = SmallJson.Plain(maxBytes: 64 * 1024, maxDepth: 6);
    private readonly JsonElement body;
    private readonly List<BodyFields> within = [];
    private Refusal? refusal;

    private BodyFields(JsonElement body) => this.body = body;

    /// <summary>Why the request is refused: the first field that is wrong. Null where all that was read can be taken.</summary>
    public Refusal? Refusal => refusal ?? within.Select(each => each.Refusal).FirstOrDefault(each => each is not null);

    /// <summary>The version that the change is made from, by the body or by If-Match; null: whichever is current.</summary>
    public long? Version { get; private init; }

    /// <summary>An absent body is an object without fields. <c>version</c> is known of each.</summary>
    public static async ValueTask<Result<BodyFields>> Read(HttpRequest request, params string[] known)
    {
        var body = await Body.ReadOptional(request, request.HttpContext.RequestAborted);
        if (body.Refusal is { } unread) return unread;
        var given = body.Value.ValueKind is JsonValueKind.Undefined ? JsonElement.Parse("{}") : body.Value;
        if (RefuseUnknown(given, [.. known, VersionGuard.Field]) is { } unknown) return unknown;
        var version = VersionGuard.Of(request, given);
        return version.Refusal is { } wrong ? wrong : new BodyFields(given) { Version = version.Value };
    }

    /// <summary>True where the field is there and is not null.</summary>
    public bool Has(string name) => body.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>A text that must be there, without the white space around it.</summary>
    public string Text(string name, int atMost = ShortText) => TextOrNull(name, atMost) ?? Missing(name, "");

    public string? TextOrNull(string name, int atMost = ShortText)
    {
        if (!Has(name)) return null;
        var value = body.GetProperty(name);
        if (value.ValueKind != JsonValueKind.String) return Wrong<string>(name, "a text");
        var text = (value.GetString() ?? "").Trim();
        return text.Length is 0 || text.Length > atMost ? Wrong<string>(name, $"a text of at most {atMost} characters") : text;
    }

    /// <summary>The id of a FHIR resource, which must be there.</summary>
    public string Id(string name) => IdOrNull(name) ?? Missing(name, "");

    public string? IdOrNull(string name) =>
        TextOrNull(name) is { } id && !ChosenId.IsFhirId(id) ? Wrong<string>(name, "an id") : TextOrNull(name);

    /// <summary>One of these texts, in their spelling; null where it is absent.</summary>
    public string? OneOf(string name, params IReadOnlyCollection<string> texts)
    {
        if (TextOrNull(name) is not { } text) return null;
        return texts.Contains(text, StringComparer.Ordinal) ? text : Wrong<string>(name, $"one of {string.Join(", ", texts)}");
    }

    /// <summary>A number within these bounds, both included; null where it is absent.</summary>
    public decimal? Number(string name, decimal least, decimal most)
    {
        if (!Has(name)) return null;
        var value = body.GetProperty(name);
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number) && number >= least && number <= most)
            return number;
        refusal ??= FieldRefusals.Wrong(name, string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most}"));
        return null;
    }

    /// <summary>A whole number within these bounds; null where it is absent.</summary>
    public int? Count(string name, int least, int most)
    {
        if (Number(name, least, most) is not { } number) return null;
        if (number == decimal.Truncate(number)) return (int)number;
        refusal ??= FieldRefusals.Wrong(name, "a whole number");
        return null;
    }

    /// <summary>False where it is absent.</summary>
    public bool Flag(string name)
    {
        if (!Has(name)) return false;
        var kind = body.GetProperty(name).ValueKind;
        if (kind is not (JsonValueKind.True or JsonValueKind.False)) refusal ??= FieldRefusals.Wrong(name, "true or false");
        return kind == JsonValueKind.True;
    }

    /// <summary>An instant with its offset (ISO 8601), in UTC; null where it is absent.</summary>
    public DateTimeOffset? Instant(string name)
    {
        if (TextOrNull(name) is not { } text) return null;
        if (Instants.Parse(text) is { } at) return at;
        refusal ??= FieldRefusals.Wrong(name, "an instant such as 2026-11-26T09:00:00Z");
        return null;
    }

    /// <summary>A day (ISO 8601); null where it is absent.</summary>
    public DateOnly? Day(string name)
    {
        if (TextOrNull(name) is not { } text) return null;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) return day;
        refusal ??= FieldRefusals.Wrong(name, "a day such as 2026-11-26");
        return null;
    }

    /// <summary>Objects of known fields; null where the list is absent.</summary>
    public IReadOnlyList<BodyFields>? Objects(string name, int atMost, params string[] known)
    {
        if (!Has(name)) return null;
        var list = body.GetProperty(name);
        if (list.ValueKind != JsonValueKind.Array) return Wrong<List<BodyFields>>(name, "a list");
        if (list.GetArrayLength() > atMost)
        {
            refusal ??= FieldRefusals.TooMany(name, atMost);
            return null;
        }

        var objects = new List<BodyFields>();
        foreach (var item in list.EnumerateArray())
        {
            refusal ??= RefuseUnknown(item, known);
            if (item.ValueKind == JsonValueKind.Object) objects.Add(new BodyFields(item));
        }

        within.AddRange(objects);
        return objects;
    }

    /// <summary>One object of known fields; null where it is absent.</summary>
    public BodyFields? Object(string name, params string[] known)
    {
        if (!Has(name)) return null;
        var item = body.GetProperty(name);
        if (item.ValueKind != JsonValueKind.Object) return Wrong<BodyFields>(name, "an object");
        refusal ??= RefuseUnknown(item, known);
        var fields = new BodyFields(item);
        within.Add(fields);
        return fields;
    }

    /// <summary>Refuses the request for a reason that one field by itself does not show.</summary>
    public void Refuse(Refusal because) => refusal ??= because;

    private static Refusal? RefuseUnknown(JsonElement given, string[] known)
    {
        if (given.ValueKind != JsonValueKind.Object) return FieldRefusals.NotAnObject;
        foreach (var field in given.EnumerateObject())
        {
            if (!known.Contains(field.Name, StringComparer.Ordinal)) return FieldRefusals.UnknownField(field.Name);
        }

        return null;
    }

    private T? Wrong<T>(string name, string expected)
        where T : class
    {
        refusal ??= FieldRefusals.Wrong(name, expected);
        return null;
    }

    private T Missing<T>(string name, T instead)
    {
        refusal ??= FieldRefusals.Missing(name);
        return instead;
    }
}
