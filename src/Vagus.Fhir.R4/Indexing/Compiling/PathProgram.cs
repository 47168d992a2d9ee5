using System.Text;
using System.Text.Json;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Indexing.Reading;
using Vagus.Fhir.R4.Json;

namespace Vagus.Fhir.R4.Indexing.Compiling;

/// <summary>A search expression that is only a path with simple filters: followed directly, without the FHIRPath engine.</summary>
internal sealed class PathProgram(PathStep[] steps)
{
    public PathField[] Leaves => steps[^1].Fields;

    public void Run(Reader reader, SearchParameterDefinition parameter) => Next(reader.Resource, 0, reader, parameter);

    private void Next(JsonElement element, int index, Reader reader, SearchParameterDefinition parameter)
    {
        var step = steps[index];
        foreach (var field in step.Fields)
        {
            if (!element.TryGetProperty(field.Name, out var value)) continue;
            if (value.ValueKind is not JsonValueKind.Array)
            {
                Take(value, field, index, reader, parameter);
                continue;
            }

            foreach (var item in value.EnumerateArray()) Take(item, field, index, reader, parameter);
        }
    }

    private void Take(JsonElement value, PathField field, int index, Reader reader, SearchParameterDefinition parameter)
    {
        if (steps[index].Filter is { } filter && !filter.Matches(value, reader.Resource)) return;
        if (index == steps.Length - 1) reader.Read(value, field.Type, parameter);
        else if (value.ValueKind is JsonValueKind.Object) Next(value, index + 1, reader, parameter);
    }
}

/// <summary>One element of the path: the properties it can have in JSON, and what has to hold for it.</summary>
internal sealed record PathStep(PathField[] Fields, PathFilter? Filter);

internal sealed record PathField(byte[] Name, TypeDefinition Type)
{
    public static PathField Of(JsonField field) => new(Encoding.UTF8.GetBytes(field.Name), field.Type.Definition);
}

/// <summary>The <c>where(…)</c> of a path.</summary>
internal abstract class PathFilter
{
    public abstract bool Matches(JsonElement element, JsonElement resource);
}

/// <summary><c>where(system='phone')</c></summary>
internal sealed class PropertyIs(string name, string text) : PathFilter
{
    private readonly byte[] name = Encoding.UTF8.GetBytes(name);
    private readonly byte[] text = Encoding.UTF8.GetBytes(text);

    public override bool Matches(JsonElement element, JsonElement resource) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String
            && value.ValueEquals(text);
}

/// <summary><c>where(resolve() is Patient)</c>, told by the reference alone.</summary>
internal sealed class ResolvesTo(string type) : PathFilter
{
    public override bool Matches(JsonElement element, JsonElement resource)
    {
        var reference = element;
        if (element.ValueKind is JsonValueKind.Object) element.TryGetProperty("reference"u8, out reference);
        if (reference.ValueKind is JsonValueKind.String && reference.GetString() is { Length: > 0 } text)
        {
            if (text[0] == '#')
                return text.Length == 1 ? IsType(resource) : ReferenceText.Contained(resource, text.AsSpan(1)) is { } contained
                    && IsType(contained);
            if (ReferenceText.TypeOf(text) is { } told) return told == type;
        }

        return element.ValueKind is JsonValueKind.Object && element.TryGetProperty("type"u8, out var named)
            && named.ValueKind is JsonValueKind.String && named.ValueEquals(type);
    }

    private bool IsType(JsonElement resource) =>
        resource.TryGetProperty("resourceType"u8, out var name) && name.ValueKind is JsonValueKind.String && name.ValueEquals(type);
}
