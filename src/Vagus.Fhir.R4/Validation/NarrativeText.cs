using System.Buffers;

namespace Vagus.Fhir.R4.Validation;

/// <summary>
/// R4's invariants of a narrative: it is one well-formed XHTML <c>div</c> of elements and attributes of formatting, which runs nothing and
/// loads nothing from elsewhere (txt-1), and says something (txt-2). It is read once, as it stands: entities are not expanded, but each
/// must be one. A page that shows a narrative still puts it through the browser's sanitizer.
/// </summary>
internal ref struct NarrativeText
{
    private const string Form = "txt-1: Is not well-formed XHTML";
    private const int Deepest = 128;

    // Space and line ends stand between texts; no other control character may stand in XML.
    private static readonly SearchValues<byte> Plain = SearchValues.Create(
        [.. Enumerable.Range(0x20, 0xE0).Select(value => (byte)value).Except("<&]"u8.ToArray()), .. "\t\r\n"u8]);

    private static readonly SearchValues<byte> NameEnds = SearchValues.Create(" \t\r\n/>"u8);

    private readonly Span<byte> open;
    private ReadOnlySpan<byte> rest;
    private int depth;
    private bool says;

    private NarrativeText(ReadOnlySpan<byte> xhtml, Span<byte> open)
    {
        rest = xhtml;
        this.open = open;
    }

    /// <summary>The invariant that is broken and how, in words of ours; null where none is.</summary>
    public static string? FlawOf(ReadOnlySpan<byte> xhtml)
    {
        var text = new NarrativeText(xhtml.Trim(" \t\r\n"u8), stackalloc byte[Deepest]);
        if (!text.rest.StartsWith("<div"u8)) return "txt-1: Is not a div";
        return text.Read() ?? (text.says ? null : "txt-2: Says nothing");
    }

    private string? Read()
    {
        do
        {
            if (depth == 0 && rest[0] != '<') return Form;
            var flaw = rest[0] switch
            {
                (byte)'<' when rest.StartsWith("<!--"u8) => Comment(),
                (byte)'<' when rest.StartsWith("</"u8) => Close(),
                (byte)'<' => Open(),
                (byte)'&' => Entity(),
                (byte)']' when rest.StartsWith("]]>"u8) => Form,
                _ => Text(),
            };
            if (flaw is not null) return flaw;
        }
        while (!rest.IsEmpty && depth > 0);

        // A second root, or text behind the first one.
        return rest.IsEmpty && depth == 0 ? null : Form;
    }

    private string? Text()
    {
        var end = rest[0] == ']' ? 1 : rest.IndexOfAnyExcept(Plain);
        var text = end < 0 ? rest : rest[..end];
        if (text.IsEmpty) return Form;
        says |= text.ContainsAnyExcept(" \t\r\n"u8);
        rest = rest[text.Length..];
        return null;
    }

    private string? Entity()
    {
        var length = NarrativeEntity.LengthOf(rest);
        if (length == 0) return Form;
        says |= !NarrativeEntity.IsSpace(rest[..length]);
        rest = rest[length..];
        return null;
    }

    private string? Comment()
    {
        rest = rest[4..];
        // To HTML such a comment is over already, and what XML takes for its text is markup.
        if (rest.StartsWith(">"u8) || rest.StartsWith("->"u8)) return Form;
        var end = rest.IndexOf("--"u8);
        if (end < 0 || !rest[end..].StartsWith("-->"u8)) return Form;
        rest = rest[(end + 3)..];
        return null;
    }

    private string? Close()
    {
        var end = rest.IndexOf((byte)'>');
        if (end < 0 || depth == 0) return Form;
        var name = rest[2..end].TrimEnd(" \t\r\n"u8);
        if (!name.SequenceEqual(NarrativeTag.All[open[--depth]].Utf8)) return Form;
        rest = rest[(end + 1)..];
        return null;
    }

    private string? Open()
    {
        rest = rest[1..];
        var length = rest.IndexOfAny(NameEnds);
        if (length <= 0) return Form;
        if (NarrativeTag.Find(rest[..length]) is not { } tag) return "txt-1: Has an element that a narrative may not have";
        var isRoot = depth == 0;
        rest = rest[length..];
        if (Attributes(isRoot) is { } flaw) return flaw;
        says |= tag.IsImage;
        if (rest.StartsWith("/>"u8)) rest = rest[2..];
        else if (rest is not [(byte)'>', ..]) return Form;
        else if (depth == Deepest) return "txt-1: Nests too deeply";
        else
        {
            open[depth++] = tag.Index;
            rest = rest[1..];
        }

        return null;
    }

    private string? Attributes(bool isRoot)
    {
        var (seen, hasSpace) = (0UL, false);
        while (true)
        {
            var spaced = rest.TrimStart(" \t\r\n"u8);
            var isApart = spaced.Length < rest.Length;
            rest = spaced;
            if (rest.IsEmpty) return Form;
            if (rest[0] is (byte)'>' or (byte)'/') break;
            var equals = rest.IndexOf((byte)'=');
            if (!isApart || equals <= 0) return Form;
            var name = rest[..equals].TrimEnd(" \t\r\n"u8);
            var attribute = NarrativeAttribute.Find(name);
            if (attribute is null) return "txt-1: Has an attribute that a narrative may not have";
            rest = rest[(equals + 1)..].TrimStart(" \t\r\n"u8);
            if (rest is not [(byte)'"' or (byte)'\'', ..]) return Form;
            var end = rest[1..].IndexOf(rest[0]);
            if (end < 0 || (seen & attribute.Bit) != 0) return Form;
            seen |= attribute.Bit;
            if (attribute.FlawOf(rest[1..(end + 1)]) is { } flaw) return flaw;
            hasSpace |= attribute.IsNamespace;
            rest = rest[(end + 2)..];
        }

        return isRoot && !hasSpace ? "txt-1: Is not in the namespace of XHTML" : null;
    }
}
