namespace Vagus.Fhir.R4.Json;

/// <summary>A search that stands in the place of a reference (<c>Patient?identifier=…</c>): R4 §3.1.0.11.2, in transactions only.</summary>
public static class ConditionalReference
{
    /// <summary>Whether the text is one: a type and a query. An absolute URL with a query is an address of somebody else.</summary>
    public static bool Is(ReadOnlySpan<char> link)
    {
        var mark = link.IndexOf('?');
        return mark > 0 && link[..mark].IndexOfAny('/', ':') < 0;
    }
}
