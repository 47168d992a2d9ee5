namespace Vagus.Access.Files;

/// <summary>
/// The body of an upload, of which only so many bytes may come before its file begins: what precedes it is read before it is known whether
/// the sender may store anything.
/// </summary>
internal sealed class BeforeTheFile(Stream body, long most) : ForwardStream
{
    private long left = most;

    /// <summary>From here on it is the file, which has a limit of its own.</summary>
    public void FileBegins() => left = long.MaxValue;

    /// <summary>Throws <see cref="InvalidDataException"/> beyond the limit, as the reader of forms does beyond its own.</summary>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (left <= 0) throw new InvalidDataException("Too much comes before the file.");
        var read = await body.ReadAsync(buffer[..(int)Math.Min(buffer.Length, left)], cancellationToken);
        left -= read;
        return read;
    }
}
