using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Vagus.Fhir.Http;
using Vagus.Fhir.R4.Json;
using Vagus.Fhir.Store;
using Vagus.Kernel;

namespace Vagus.Fhir.Interactions;

/// <summary>
/// What an operation is called with (R4 operations.html): simple values in the address, and a Parameters resource in the body of a POST;
/// a body that is another resource is the parameter named <c>resource</c>.
/// </summary>
internal sealed class OperationParameters
{
    private const string Whole = "resource";
    private readonly List<(string Name, string Value)> simple = [];
    private readonly List<(string Name, JsonElement Value)> complex = [];

    public static async ValueTask<Result<OperationParameters>> Read(HttpRequest request, int limit, CancellationToken cancel)
    {
        var parameters = new OperationParameters();
        foreach (var (name, values) in request.Query) parameters.simple.AddRange(values.Select(value => (name, value ?? "")));
        if (!HttpMethods.IsPost(request.Method) || request.ContentLength == 0) return parameters;
        var body = await RequestBody.Read(request, limit, cancel);
        if (body.Refusal is { } unread) return unread;
        if (body.Value.IsEmpty) return parameters;
        var parsed = FhirJson.ParseResource(body.Value);
        if (parsed.Refusal is { } malformed) return malformed;
        using var document = parsed.Value;
        parameters.Take(document.RootElement.Clone());
        return parameters;
    }

    /// <summary>The first value of the name; null where there is none, or where it is empty.</summary>
    public string? Text(string name) => Texts(name).FirstOrDefault();

    /// <summary>The names of all that was sent.</summary>
    public IEnumerable<string> Names =>
        simple.Select(each => each.Name).Concat(complex.Select(each => each.Name)).Distinct(StringComparer.Ordinal);

    public IEnumerable<string> Texts(string name) =>
        simple.Where(each => each.Name == name && each.Value.Length > 0).Select(each => each.Value);

    /// <summary>The resource or the structure of the name; undefined where there is none.</summary>
    public JsonElement Element(string name) => Elements(name).FirstOrDefault();

    /// <summary>All structures of the name.</summary>
    public IEnumerable<JsonElement> Elements(string name) => complex.Where(each => each.Name == name).Select(each => each.Value);

    /// <summary>The simple parameters but these, as a query.</summary>
    public string QueryWithout(params string[] names) => string.Join(
        '&', simple.Where(each => !names.Contains(each.Name, StringComparer.Ordinal))
            .Select(each => $"{Uri.EscapeDataString(each.Name)}={Uri.EscapeDataString(each.Value)}"));

    private void Take(JsonElement resource)
    {
        if (PropertyText.Of(resource, "resourceType"u8) != "Parameters")
        {
            complex.Add((Whole, resource));
            return;
        }

        if (!resource.TryGetProperty("parameter"u8, out var all) || all.ValueKind != JsonValueKind.Array) return;
        foreach (var parameter in all.EnumerateArray().Where(each => each.ValueKind == JsonValueKind.Object))
        {
            if (PropertyText.Of(parameter, "name"u8) is not { } name) continue;
            foreach (var property in parameter.EnumerateObject())
            {
                if (property.NameEquals(Whole) || (property.Value.ValueKind == JsonValueKind.Object && IsValue(property)))
                    complex.Add((name, property.Value));
                else if (IsValue(property)) simple.Add((name, TextOf(property.Value)));
            }
        }
    }

    private static bool IsValue(JsonProperty property) => property.Name.StartsWith("value", StringComparison.Ordinal);

    private static string TextOf(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString() ?? "" : value.GetRawText();
}
