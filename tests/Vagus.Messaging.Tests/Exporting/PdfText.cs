using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using PdfSharp.Pdf;
using PdfSharp.Pdf.IO;

namespace Vagus.Messaging.Tests.Exporting;

/// <summary>The text of a PDF as a reader copies it: glyphs by the fonts' own tables, one line for each piece that was drawn.</summary>
internal static partial class PdfText
{
    public static string Of(byte[] pdf)
    {
        using var file = new MemoryStream(pdf);
        using var document = PdfReader.Open(file, PdfDocumentOpenMode.Import);
        var text = new StringBuilder();
        foreach (var page in document.Pages)
        {
            var fonts = FontsOf(page);
            for (var part = 0; part < page.Contents.Elements.Count; part++)
            {
                var content = page.Contents.Elements.GetDictionary(part);
                Dictionary<int, string> font = [];
                foreach (Match match in Drawn().Matches(Encoding.Latin1.GetString(content!.Stream!.UnfilteredValue)))
                {
                    if (match.Groups["font"] is { Success: true } named) font = fonts[named.Value];
                    else text.AppendLine(Decoded(match.Groups["text"].Value, font));
                }
            }
        }

        return text.ToString();
    }

    private static Dictionary<string, Dictionary<int, string>> FontsOf(PdfPage page)
    {
        var fonts = page.Resources.Elements.GetDictionary("/Font")!;
        return fonts.Elements.Keys.ToDictionary(
            name => name, name => TableOf(fonts.Elements.GetDictionary(name)!.Elements.GetDictionary("/ToUnicode")!), StringComparer.Ordinal);
    }

    private static Dictionary<int, string> TableOf(PdfDictionary table)
    {
        var characters = new Dictionary<int, string>();
        foreach (Match match in Range().Matches(Encoding.Latin1.GetString(table.Stream!.UnfilteredValue)))
        {
            var bytes = Convert.FromHexString(match.Groups["to"].Value);
            characters[Hex(match.Groups["from"].Value)] = Encoding.BigEndianUnicode.GetString(bytes);
        }

        return characters;
    }

    private static string Decoded(string hex, Dictionary<int, string> font) => string.Concat(
        hex.Where(char.IsAsciiHexDigit).Chunk(4).Select(glyph => font.GetValueOrDefault(Hex(new string(glyph)), "?")));

    private static int Hex(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(?<font>/F\d+) [\d.-]+ Tf|<(?<text>[0-9A-Fa-f\s]*)> ?Tj", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Drawn();

    [GeneratedRegex(@"<(?<from>[0-9A-Fa-f]{4})> ?<[0-9A-Fa-f]{4}> ?<(?<to>[0-9A-Fa-f]{4,8})>", RegexOptions.None, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Range();
}
