using System.Text;
using System.Text.Json;
using Vagus.Fhir.R4.Definitions;
using Vagus.Fhir.R4.Json;

namespace Vagus.Fhir.R4.Validation;

/// <summary>
/// Checks what a Reference points at, as far as its text tells: <c>#id</c> must be contained, <c>Patient/1</c> and
/// <c>Patient?identifier=…</c> must be of a type that the element allows, and so must be what an absolute URL of this server names. URLs
/// of other servers and URNs are taken as they are.
/// </summary>
internal static class ReferenceCheck
{
    public static void Check(JsonElement reference, string[] targets, ResourceCheck resources, Findings findings)
    {
        string? literalType = null;
        if (reference.TryGetProperty("reference"u8, out var literal))
        {
            findings.Enter("reference");
            literalType = TypeOf(JsonText.Decoded(literal), resources, findings);
            if (literalType is not null && !IsAllowed(literalType, targets))
            {
                findings.Add("value", $"Must not be a reference to {literalType}");
            }

            findings.Leave();
        }

        if (reference.TryGetProperty("type"u8, out var stated))
        {
            findings.Enter("type");
            Stated(JsonText.Decoded(stated), literalType, targets, findings);
            findings.Leave();
        }
    }

    private static void Stated(ReadOnlySpan<byte> type, string? literalType, string[] targets, Findings findings)
    {
        // An absolute URL names a logical model.
        if (type.Contains((byte)':'))
        {
            return;
        }

        var name = R4Definitions.ResourceType(type)?.Name;
        if (name is null)
        {
            findings.Add("value", "Is not a resource type of R4");
        }
        else if (literalType is not null && name != literalType)
        {
            findings.Add("value", "Is not the type that the reference points at");
        }
        else if (!IsAllowed(name, targets))
        {
            findings.Add("value", $"Must not be a reference to {name}");
        }
    }

    /// <summary>The resource type that the text names, or null: it does not tell, or there was something to report.</summary>
    private static string? TypeOf(ReadOnlySpan<byte> text, ResourceCheck resources, Findings findings)
    {
        if (text[0] == '#')
        {
            return Contained(text[1..], resources, findings);
        }

        var end = text.IndexOfAny("/?:"u8);
        if (end > 0 && text[end] == ':')
        {
            return OwnTypeOf(text, resources, findings);
        }

        var type = end > 0 ? R4Definitions.ResourceType(text[..end])?.Name : null;
        if (type is null || !(text[end] == '?' ? text.Length > end + 1 : IsIdWithVersion(text[(end + 1)..])))
        {
            findings.Add("value", "Is not a reference of the form Type/id");
            return null;
        }

        if (text[end] == '?')
        {
            Conditional(resources, findings);
        }

        return type;
    }

    private static string? OwnTypeOf(ReadOnlySpan<byte> url, ResourceCheck resources, Findings findings)
    {
        if (!url.StartsWith("http"u8) || resources.Own.Relative(Encoding.UTF8.GetString(url)) is not { IsEmpty: false } below)
        {
            return null;
        }

        if (ConditionalReference.Is(below))
        {
            Conditional(resources, findings);
        }

        return ReferenceText.TypeOf(below);
    }

    // R4 §3.1.0.11.2: "in a transaction (and only in a transaction)". Stored by itself it would never resolve. Inside a Bundle or
    // Parameters it is content.
    private static void Conditional(ResourceCheck resources, Findings findings)
    {
        if (!resources.IsInside)
        {
            findings.Add("not-supported", "Conditional references are supported in transactions only");
        }
    }

    private static string? Contained(ReadOnlySpan<byte> id, ResourceCheck resources, Findings findings)
    {
        // "#" alone is the resource that contains this one.
        if (id.IsEmpty)
        {
            return null;
        }

        var type = resources.ContainedType(Encoding.UTF8.GetString(id));
        if (type is null)
        {
            findings.Add("not-found", "The reference points at no contained resource");
        }

        return type is "" ? null : type;
    }

    private static bool IsIdWithVersion(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf((byte)'/');
        if (end < 0)
        {
            return PrimitiveText.IsId(text);
        }

        var rest = text[end..];
        return PrimitiveText.IsId(text[..end]) && rest.StartsWith("/_history/"u8) && PrimitiveText.IsId(rest["/_history/".Length..]);
    }

    private static bool IsAllowed(string type, string[] targets) => targets.Length == 0 || Array.IndexOf(targets, type) >= 0;
}
