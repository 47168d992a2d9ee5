namespace Vagus.Access.Files.Pictures;

/// <summary>
/// The bytes of a picture as they come, a few at a time. Throws <see cref="InvalidDataException"/> where they end too early, or are more
/// than the store takes.
/// </summary>
internal sealed class PictureBytes(Func<Memory<byte>, CancellationToken, ValueTask<int>> source, long most)
{
    private readonly byte[] buffer = new byte[16 * 1024];
    private int start;
    private int end;
    private long read;

    /// <summary>Exactly so many, in memory of their own.</summary>
    public async ValueTask<byte[]> Take(int count, CancellationToken cancel)
    {
        var taken = new byte[count];
        for (var at = 0; at < count;)
        {
            var some = await Some(count - at, cancel);
            some.CopyTo(taken.AsMemory(at));
            at += some.Length;
        }

        return taken;
    }

    public async ValueTask<byte> Next(CancellationToken cancel)
    {
        if (start == end) await Fill(keeping: 0, cancel);
        return buffer[start++];
    }

    /// <summary>At least one and at most so many, in memory that holds until the next call.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> Some(long count, CancellationToken cancel)
    {
        if (start == end) await Fill(keeping: 0, cancel);
        var some = buffer.AsMemory(start, (int)Math.Min(count, end - start));
        start += some.Length;
        return some;
    }

    /// <summary>As many as come before a byte, and never that byte; none where it is the next one.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> Before(byte stop, CancellationToken cancel)
    {
        if (start == end) await Fill(keeping: 0, cancel);
        var rest = buffer.AsMemory(start, end - start);
        var at = rest.Span.IndexOf(stop);
        var some = at < 0 ? rest : rest[..at];
        start += some.Length;
        return some;
    }

    /// <summary>The byte behind the next one, which is known. Neither is taken.</summary>
    public async ValueTask<byte> Behind(byte next, CancellationToken cancel)
    {
        if (end - start < 2)
        {
            buffer[0] = next;
            await Fill(keeping: 1, cancel);
        }

        return buffer[start + 1];
    }

    public async ValueTask Skip(long count, CancellationToken cancel)
    {
        while (count > 0) count -= (await Some(count, cancel)).Length;
    }

    /// <summary>What comes behind the end of the picture is no part of it.</summary>
    public async ValueTask Drain(CancellationToken cancel)
    {
        while (await ReadMore(behind: 0, cancel) > 0)
        {
        }
    }

    private async ValueTask Fill(int keeping, CancellationToken cancel)
    {
        var more = await ReadMore(keeping, cancel);
        if (more == 0) throw new InvalidDataException("The picture was cut.");
        (start, end) = (0, keeping + more);
    }

    private async ValueTask<int> ReadMore(int behind, CancellationToken cancel)
    {
        var more = await source(buffer.AsMemory(behind), cancel);
        read += more;
        return read <= most ? more : throw new InvalidDataException("The picture is larger than its store takes.");
    }
}
