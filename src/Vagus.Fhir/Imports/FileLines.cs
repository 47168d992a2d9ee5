namespace Vagus.Fhir.Imports;

/// <summary>
/// The lines of a file, with how many bytes each takes. One that is longer than a resource may be is passed, and not kept.
/// </summary>
internal sealed class FileLines(Stream file, int longest)
{
    private const byte End = (byte)'\n';
    private readonly byte[] buffer = new byte[64 * 1024];
    private int start;
    private int end;

    /// <summary>At most so many lines, or a few that have so many bytes. None: the file is at its end.</summary>
    public async ValueTask<IReadOnlyList<FileLine>> Next(int lines, int bytes, CancellationToken cancel)
    {
        var part = new List<FileLine>();
        var total = 0L;
        while (part.Count < lines && total < bytes && await Line(cancel) is { } line)
        {
            part.Add(line);
            total += line.Bytes;
        }

        return part;
    }

    private async ValueTask<FileLine?> Line(CancellationToken cancel)
    {
        using var text = new MemoryStream();
        var length = 0L;
        while (true)
        {
            if (start == end)
            {
                (start, end) = (0, await file.ReadAsync(buffer, cancel));
                if (end == 0) return length == 0 ? null : Made(text, length);
            }

            var found = Array.IndexOf(buffer, End, start, end - start);
            var until = found < 0 ? end : found;
            if (length + until - start <= longest) text.Write(buffer, start, until - start);
            length += until - start;
            start = found < 0 ? end : found + 1;
            if (found >= 0) return Made(text, length) with { Bytes = length + 1 };
        }
    }

    private FileLine Made(MemoryStream text, long length) => new(text.ToArray(), length, length > longest);
}

/// <summary>One line.</summary>
/// <param name="Text">Without its end; of one that is too long a part.</param>
/// <param name="Bytes">With its end.</param>
/// <param name="IsTooLong">Longer than a resource may be.</param>
internal sealed record FileLine(ReadOnlyMemory<byte> Text, long Bytes, bool IsTooLong)
{
    public bool IsBlank => !IsTooLong && !Text.Span.ContainsAnyExcept((byte)' ', (byte)'\t', (byte)'\r');
}
