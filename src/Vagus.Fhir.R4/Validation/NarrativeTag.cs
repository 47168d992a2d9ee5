using System.Text;
using Vagus.Fhir.R4.Definitions;

namespace Vagus.Fhir.R4.Validation;

/// <summary>
/// An element of narratives (R4 txt-1): those of HTML 4.0's chapters 7 to 11 and 15 without section 9.4, links, images and what maps them.
/// </summary>
internal sealed class NarrativeTag
{
    private const string Names =
        "div p span br hr h1 h2 h3 h4 h5 h6 b i em strong small big tt sub sup dfn code samp kbd var cite abbr acronym q blockquote pre "
        + "address bdo ul ol li dl dt dd table caption thead tfoot tbody colgroup col tr th td a img map area";

    public static readonly IReadOnlyList<NarrativeTag> All = [.. Names.Split(' ').Select((name, index) => new NarrativeTag(name, index))];
    private static readonly Utf8Map<NarrativeTag> ByName = new(All.Select(tag => (Encoding.UTF8.GetString(tag.Utf8), tag)));

    private NarrativeTag(string name, int index)
    {
        (Utf8, Index, IsImage) = (Encoding.UTF8.GetBytes(name), checked((byte)index), name == "img");
    }

    public byte[] Utf8 { get; }

    /// <summary>Its place in <see cref="All"/>.</summary>
    public byte Index { get; }

    /// <summary>It says something without any text.</summary>
    public bool IsImage { get; }

    public static NarrativeTag? Find(ReadOnlySpan<byte> name) => ByName.Find(name);
}
