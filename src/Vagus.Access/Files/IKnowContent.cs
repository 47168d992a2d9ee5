using Vagus.Access.Audit;
using Vagus.Kernel;
using Vagus.Storage.Writing;

namespace Vagus.Access.Files;

/// <summary>
/// What a room above knows of contents of one type: it looks at the beginning of a file of a patient before that is stored, and writes rows
/// and events of its own with the file's row. The room that knows what images mean implements it for DICOM.
/// </summary>
public interface IKnowContent
{
    /// <summary>The media type, as it is found from the content.</summary>
    string ContentType { get; }

    /// <summary>So many bytes of the beginning are given, or all where there are fewer.</summary>
    int LooksAt { get; }

    /// <summary>The rows to write with the file; refused where the content is not of the type that it was sent as.</summary>
    /// <param name="beginning">Of the content.</param>
    /// <param name="isConfirmed">The sender has looked whose the file is, whatever it says of itself.</param>
    Result<KeepWithFile> Look(ReadOnlyMemory<byte> beginning, bool isConfirmed);
}

/// <summary>Runs in the write of the file's row, which a refusal undoes. It may run twice, and waits for nothing but the write.</summary>
public delegate ValueTask<Result<FileBinding>> KeepWithFile(
    WriteTransaction write, StoredFile file, Caller by, AuditOrigin origin, CancellationToken cancel);

/// <summary>To which resource a file belongs, and the labels by which that is hidden now.</summary>
public sealed record FileBinding(string BoundTo, Sensitivity Labels)
{
    /// <summary>The file says that it is somebody else's, and was taken because its sender had looked.</summary>
    public bool IsConfirmed { get; init; }
}
