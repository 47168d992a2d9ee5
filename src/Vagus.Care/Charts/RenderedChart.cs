using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Vagus.Care.Charts;

/// <summary>
/// A chart as it is sent, but for <c>sequence</c>, which moves with changes of other patients: its tag leaves that out, and its bytes have
/// a gap for it.
/// </summary>
internal sealed class RenderedChart : IResult
{
    // Digits of the largest position.
    private const int LongestNumber = 20;
    private static readonly byte[] Gap = [.. "\"sequence\":0,"u8];
    private readonly byte[] body;
    private readonly int gap;
    private readonly long sequence;

    private RenderedChart(byte[] body, int gap, string tag, long sequence) =>
        (this.body, this.gap, Tag, this.sequence) = (body, gap, tag, sequence);

    /// <summary>What it is made of, as the audit names it.</summary>
    public required IReadOnlyList<string> Shown { get; init; }

    /// <summary>It says an age.</summary>
    public required string? BirthDate { get; init; }

    public required int? Age { get; init; }

    public string Tag { get; }

    public int Size => body.Length + Shown.Sum(reference => reference.Length * sizeof(char));

    public static RenderedChart Of(PatientChart chart, IReadOnlyList<string> shown)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(chart with { Sequence = 0 }, ChartJson.Default.PatientChart);
        // Within a text a quotation mark is escaped, and no part of a chart has a field of this name.
        var gap = body.AsSpan().LastIndexOf(Gap);
        if (gap < 0) throw new InvalidOperationException("A chart has no sequence.");
        return new RenderedChart(body, gap + Gap.Length - 2, ChartAnswer.TagOf(body), chart.Sequence)
        {
            Shown = shown, BirthDate = chart.BirthDate, Age = chart.Age,
        };
    }

    public RenderedChart At(long position) =>
        new(body, gap, Tag, position) { Shown = Shown, BirthDate = BirthDate, Age = Age };

    public Task ExecuteAsync(HttpContext httpContext)
    {
        Write(httpContext.Response);
        return httpContext.Response.BodyWriter.FlushAsync(httpContext.RequestAborted).AsTask();
    }

    private void Write(HttpResponse response)
    {
        Span<byte> number = stackalloc byte[LongestNumber];
        Utf8Formatter.TryFormat(sequence, number, out var length);
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = body.Length - 1 + length;
        response.BodyWriter.Write(body.AsSpan(0, gap));
        response.BodyWriter.Write(number[..length]);
        response.BodyWriter.Write(body.AsSpan(gap + 1));
    }
}
