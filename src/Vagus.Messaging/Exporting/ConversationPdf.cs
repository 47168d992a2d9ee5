using System.Globalization;
using PdfSharp;
using PdfSharp.Drawing;
using PdfSharp.Events;
using PdfSharp.Fonts;
using PdfSharp.Pdf;

namespace Vagus.Messaging.Exporting;

/// <summary>
/// A conversation as PDF, by PDFsharp with a font of our own. Lines break between words; scripts that are written from the right, or
/// whose letters join, are drawn letter by letter, which the export as FHIR is for.
/// </summary>
internal sealed class ConversationPdf : IDisposable
{
    private const double Margin = 54;
    private const double LineHeight = 14;
    private const double Gap = 8;
    private const string Family = "DejaVu Sans";

    private readonly PdfDocument document = new();
    // Glyphs with a table of their characters, so that texts can be copied and found in every language.
    private static readonly XPdfFontOptions Unicode = new(PdfFontEncoding.Unicode);
    private readonly XFont plain = new(Family, 10, XFontStyleEx.Regular, Unicode);
    private readonly XFont strong = new(Family, 10, XFontStyleEx.Bold, Unicode);
    private readonly XFont large = new(Family, 16, XFontStyleEx.Bold, Unicode);
    private readonly XGraphics measure =
        XGraphics.CreateMeasureContext(new XSize(2000, 2000), XGraphicsUnit.Point, XPageDirection.Downwards);

    private readonly ConversationText conversation;
    private XGraphics? page;
    private double width;
    private double bottom;
    private double at;
    private bool lacksGlyphs;

    static ConversationPdf() => GlobalFontSettings.FontResolver ??= new OwnFont();

    private ConversationPdf(ConversationText conversation)
    {
        this.conversation = conversation;
        document.RenderEvents.RenderTextEvent += (_, text) =>
            lacksGlyphs |= text.CodePointGlyphIndexPairs.Any(pair => pair.GlyphIndex == 0 && pair.CodePoint > ' ');
    }

    public static byte[] Write(ConversationText conversation)
    {
        using var pdf = new ConversationPdf(conversation);
        pdf.document.Info.Title = conversation.Words.Title;
        pdf.document.Info.CreationDate = conversation.MadeAt.UtcDateTime;
        pdf.Draw();
        using var bytes = new MemoryStream();
        pdf.document.Save(bytes, closeStream: false);
        return bytes.ToArray();
    }

    private void Draw()
    {
        Line(conversation.Words.Title, large, LineHeight * 2);
        foreach (var line in conversation.Head()) Paragraph(line, plain);
        foreach (var message in conversation.Messages)
        {
            at += Gap;
            // A heading stays with the first line below it.
            if (at + (2 * LineHeight) > bottom) NewPage();
            Paragraph(conversation.HeadOf(message), strong);
            foreach (var line in conversation.LinesOf(message)) Paragraph(line, plain);
        }

        if (lacksGlyphs)
        {
            at += Gap;
            Paragraph(conversation.Words.Missing, plain);
        }

        page?.Dispose();
    }

    public void Dispose()
    {
        measure.Dispose();
        document.Dispose();
    }

    private void Paragraph(string text, XFont font)
    {
        var left = Cleaned(text);
        do
        {
            var length = LineBreaks.Fitting(left, part => measure.MeasureString(part, font).Width <= width);
            Line(left[..length].TrimEnd(), font, LineHeight);
            left = left[length..].TrimStart(' ');
        }
        while (left.Length > 0);
    }

    private void Line(string text, XFont font, double height)
    {
        if (page is null || at + height > bottom) page = NewPage();
        if (text.Length > 0) page.DrawString(text, font, XBrushes.Black, new XPoint(Margin, at + (height * 0.75)));
        at += height;
    }

    private XGraphics NewPage()
    {
        page?.Dispose();
        var added = document.AddPage();
        added.Size = PageSize.A4;
        width = added.Width.Point - (2 * Margin);
        bottom = added.Height.Point - Margin;
        at = Margin;
        page = XGraphics.FromPdfPage(added);
        var number = string.Create(CultureInfo.InvariantCulture, $"{conversation.Words.Page} {document.PageCount}");
        page.DrawString(number, plain, XBrushes.Black, new XPoint(Margin, bottom + (Margin / 2)));
        return page;
    }

    private static string Cleaned(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(each => char.IsControl(each) ? ' ' : each)) : text;

    /// <summary>DejaVu Sans, which lies in this assembly: a server has no fonts to rely on.</summary>
    private sealed class OwnFont : IFontResolver
    {
        private const string Face = "DejaVuSans";

        public FontResolverInfo? ResolveTypeface(string familyName, bool isBold, bool isItalic) =>
            new(Face, mustSimulateBold: isBold, mustSimulateItalic: false);

        public byte[]? GetFont(string faceName)
        {
            using var font = typeof(ConversationPdf).Assembly.GetManifestResourceStream("DejaVuSans.ttf")
                ?? throw new InvalidOperationException("The font of exports is not in the assembly.");
            using var bytes = new MemoryStream();
            font.CopyTo(bytes);
            return bytes.ToArray();
        }
    }
}
