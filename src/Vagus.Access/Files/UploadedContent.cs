using System.Security.Cryptography;
using Vagus.Access.Files.Pictures;

namespace Vagus.Access.Files;

/// <summary>
/// A content as it comes in: its first bytes are looked at, and what is given to who stores it is counted and hashed. Of a picture that is
/// everything but its traces.
/// </summary>
internal sealed class UploadedContent(Stream body) : ForwardStream
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[] head = new byte[FileTypes.LookedAt];
    private int headBytes;
    private int given;
    private IAsyncEnumerator<ReadOnlyMemory<byte>>? pieces;
    private ReadOnlyMemory<byte> piece;

    /// <summary>What it is by its first bytes, once they were looked at; null where it is of no type.</summary>
    public string? Type { get; private set; }

    /// <summary>Given so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>Come so far, with what is left out.</summary>
    public long Taken { get; private set; }

    public bool LeavesOutTraces => pieces is not null;

    /// <summary>What a picture tells beside itself is given to nobody from here on.</summary>
    public void LeaveOutTraces(string type, long most, CancellationToken cancel) =>
        pieces = Traces.LeftOut(type, new PictureBytes(ReadAll, most), cancel)?.GetAsyncEnumerator(cancel);

    /// <summary>Reads the beginning and keeps it for who reads on.</summary>
    public async ValueTask<string?> FindType(CancellationToken cancel)
    {
        headBytes = await body.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancel);
        return Type = FileTypes.Of(head.AsSpan(0, headBytes));
    }

    /// <summary>More of the beginning, which is kept for who reads on as well.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> Beginning(int most, CancellationToken cancel)
    {
        if (headBytes == head.Length && most > headBytes)
        {
            Array.Resize(ref head, most);
            headBytes += await body.ReadAtLeastAsync(head.AsMemory(headBytes), most - headBytes, throwOnEndOfStream: false, cancel);
        }

        return head.AsMemory(0, Math.Min(most, headBytes));
    }

    public string Sha256() => Convert.ToHexStringLower(hash.GetCurrentHash());

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = pieces is null ? await ReadAll(buffer, cancellationToken) : await ReadPiece(pieces, buffer);
        Bytes += read;
        hash.AppendData(buffer.Span[..read]);
        return read;
    }

    private async ValueTask<int> ReadAll(Memory<byte> buffer, CancellationToken cancel)
    {
        var read = Math.Min(buffer.Length, headBytes - given);
        if (read > 0) head.AsMemory(given, read).CopyTo(buffer);
        else read = await body.ReadAsync(buffer, cancel);
        if (given < headBytes) given += read;
        Taken += read;
        return read;
    }

    private async ValueTask<int> ReadPiece(IAsyncEnumerator<ReadOnlyMemory<byte>> from, Memory<byte> buffer)
    {
        while (piece.IsEmpty)
        {
            if (!await from.MoveNextAsync()) return 0;
            piece = from.Current;
        }

        var read = Math.Min(buffer.Length, piece.Length);
        piece[..read].CopyTo(buffer);
        piece = piece[read..];
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) hash.Dispose();
        base.Dispose(disposing);
    }
}
