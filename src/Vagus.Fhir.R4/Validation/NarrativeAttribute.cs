using System.Net;
using System.Text;
using Vagus.Fhir.R4.Definitions;

namespace Vagus.Fhir.R4.Validation;

/// <summary>
/// An attribute of narratives: none of events, and nothing that a browser runs, or loads from elsewhere, when it shows it.
/// </summary>
internal sealed class NarrativeAttribute
{
    private const string Form = "txt-1: Has an attribute that is not well-formed";
    private const string Runs = "txt-1: Has a link that runs something";
    private const string Loads = "txt-1: Loads something from elsewhere";

    private const string Names =
        "xmlns id class style title lang xml:lang dir href name src alt longdesc cite width height border cellpadding cellspacing summary "
        + "frame rules span align valign char charoff abbr axis headers scope rowspan colspan nowrap bgcolor rel rev hreflang charset type "
        + "accesskey tabindex shape coords usemap start value compact clear";

    private static readonly Utf8Map<NarrativeAttribute> ByName =
        new(Names.Split(' ').Select((name, index) => (name, new NarrativeAttribute(name, index))));

    private readonly string name;

    private NarrativeAttribute(string name, int index) => (this.name, Bit) = (name, 1UL << index);

    /// <summary>None is there twice in one element.</summary>
    public ulong Bit { get; }

    public bool IsNamespace => name == "xmlns";

    public static NarrativeAttribute? Find(ReadOnlySpan<byte> name) => ByName.Find(name);

    /// <param name="value">As written between the quotes.</param>
    public string? FlawOf(ReadOnlySpan<byte> value)
    {
        for (var left = value; left.IndexOfAny((byte)'&', (byte)'<') is >= 0 and var at;)
        {
            var length = NarrativeEntity.LengthOf(left[at..]);
            if (length == 0) return Form;
            left = left[(at + length)..];
        }

        return name switch
        {
            "xmlns" => value.SequenceEqual("http://www.w3.org/1999/xhtml"u8) ? null : "txt-1: Is not in the namespace of XHTML",
            "href" or "cite" or "longdesc" => SchemeOf(Read(value)) is "javascript" or "vbscript" or "data" ? Runs : null,
            "src" or "usemap" => IsElsewhere(Read(value)) ? Loads : null,
            "style" => StyleFlaw(value),
            _ => null,
        };
    }

    private static string? StyleFlaw(ReadOnlySpan<byte> value)
    {
        // The usual style asks for nothing.
        if (!value.ContainsAny("(\\@&"u8)) return null;
        var style = Read(value).ToLowerInvariant();
        // A backslash of CSS could spell any of the words below.
        if (style.Contains('\\', StringComparison.Ordinal) || style.Contains('@', StringComparison.Ordinal)) return Loads;
        if (style.Contains("expression", StringComparison.Ordinal)) return Runs;
        for (var from = 0; style.IndexOf("url(", from, StringComparison.Ordinal) is >= 0 and var at; from = at + 4)
        {
            var link = style[(at + 4)..].TrimStart(' ', '\t', '\r', '\n', '"', '\'');
            if (IsElsewhere(link.Split(')', 2)[0])) return Loads;
        }

        return style.Contains("image-set(", StringComparison.Ordinal) || style.Contains("image(", StringComparison.Ordinal) ? Loads : null;
    }

    // Pictures lie within the resource, beside it, or in the link itself. Browsers drop spaces and control characters.
    private static bool IsElsewhere(string link)
    {
        var plain = string.Concat(link.Where(letter => letter > ' '));
        return SchemeOf(plain) is not (null or "data") || plain is ['/' or '\\', '/' or '\\', ..];
    }

    /// <summary>In small letters; null where the link is relative. Browsers drop spaces and control characters inside a scheme.</summary>
    private static string? SchemeOf(string link)
    {
        var end = link.AsSpan().IndexOfAny("/?#:");
        if (end < 0 || link[end] != ':') return null;
        return string.Concat(link[..end].Where(letter => letter > ' ')).ToLowerInvariant();
    }

    private static string Read(ReadOnlySpan<byte> value)
    {
        var text = Encoding.UTF8.GetString(value);
        return text.Contains('&', StringComparison.Ordinal) ? WebUtility.HtmlDecode(text) : text;
    }
}
