using System.Text.Json;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Json;

namespace Vagus.Fhir.R4.Validation;

/// <summary>
/// Checks whole resources: the root, contained ones, and those inside Bundle and Parameters. Each of the last is a root of its own for
/// <c>#</c> references.
/// </summary>
internal sealed class ResourceCheck
{
    private readonly Findings findings;
    private readonly ObjectCheck objects;
    private JsonElement root;
    private bool isInContained;
    private Dictionary<string, string>? containedTypes;

    public ResourceCheck(Findings findings, OwnBases own)
    {
        this.findings = findings;
        Own = own;
        objects = new ObjectCheck(findings, this);
    }

    public OwnBases Own { get; }

    /// <summary>
    /// Whether the resource that is looked at stands inside another one that is no more than its envelope: a Bundle, Parameters.
    /// </summary>
    public bool IsInside { get; private set; }

    public void Root(JsonElement resource)
    {
        if (resource.ValueKind != JsonValueKind.Object)
        {
            findings.Add("structure", "A resource must be an object");
            return;
        }

        if (TypeOf(resource) is not { } type)
        {
            return;
        }

        root = resource;
        findings.Enter(type.Name);
        objects.Check(resource, type);
        findings.Leave();
    }

    /// <summary>A resource in an element: <c>contained</c>, or the place for a resource in Bundle and Parameters.</summary>
    public void Inner(JsonElement resource, ElementDefinition element)
    {
        var isContained = element.Name == "contained";
        if (isContained && isInContained)
        {
            findings.Add("structure", "A contained resource must not contain resources");
            return;
        }

        if (resource.ValueKind != JsonValueKind.Object)
        {
            findings.Add("structure", "A resource must be an object");
            return;
        }

        if (TypeOf(resource) is not { } type)
        {
            return;
        }

        var (outerRoot, outerTypes, outerIsIn, outerIsInside) = (root, containedTypes, isInContained, IsInside);
        isInContained = isContained;
        if (isContained)
        {
            ContainedMeta(resource);
        }
        else
        {
            (root, containedTypes, IsInside) = (resource, null, true);
        }

        objects.Check(resource, type);
        (root, containedTypes, isInContained, IsInside) = (outerRoot, outerTypes, outerIsIn, outerIsInside);
    }

    // Its labels, which dom-5 forbids, are taken: they count as labels of the whole, and a sender that is refused would leave them out.
    private void ContainedMeta(JsonElement resource)
    {
        if (!resource.TryGetProperty("meta"u8, out var meta) || meta.ValueKind != JsonValueKind.Object)
        {
            return;
        }

        if (meta.TryGetProperty("versionId"u8, out _) || meta.TryGetProperty("lastUpdated"u8, out _))
        {
            findings.Add("invariant", "dom-4: A contained resource must have no version of its own");
        }
    }

    /// <summary>
    /// The type of the contained resource with the id, null when there is none. Listed once: references to it may be many.
    /// </summary>
    public string? ContainedType(string id)
    {
        if (containedTypes is null)
        {
            containedTypes = new Dictionary<string, string>(StringComparer.Ordinal);
            if (root.TryGetProperty("contained"u8, out var contained) && contained.ValueKind == JsonValueKind.Array)
            {
                foreach (var resource in contained.EnumerateArray())
                {
                    if (Text(resource, "id"u8) is { } containedId)
                    {
                        containedTypes.TryAdd(containedId, Text(resource, "resourceType"u8) ?? "");
                    }
                }
            }
        }

        return containedTypes.GetValueOrDefault(id);
    }

    private TypeDefinition? TypeOf(JsonElement resource)
    {
        if (!resource.TryGetProperty("resourceType"u8, out var name) || name.ValueKind != JsonValueKind.String)
        {
            findings.Add("structure", "A resource must have a resourceType");
            return null;
        }

        var type = R4Definitions.ResourceType(JsonText.Decoded(name));
        if (type is null)
        {
            findings.Add("structure", "The resourceType is not a resource type of R4");
        }

        return type;
    }

    private static string? Text(JsonElement element, ReadOnlySpan<byte> name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
