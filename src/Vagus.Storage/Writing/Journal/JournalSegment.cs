using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Vagus.Storage.Writing.Journal;

/// <summary>
/// A journal's file. Records are added at its end; when all of them are in the logs it begins anew, over the old ones, and goes on
/// counting. Its bytes are reserved beforehand, so that a flush has no change of the file's length to write.
/// </summary>
internal sealed partial class JournalSegment : IDisposable
{
    /// <summary>Bytes of a new file.</summary>
    public const long Reserved = 4 << 20;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly FileStream file;
    private readonly string path;
    private int unfolded;
    private long last;

    /// <summary>
    /// The file is locked until the segment is disposed of, or the process ends: another process knows by it that this one lives.
    /// </summary>
    public JournalSegment(string name, string path)
    {
        (Name, this.path) = (name, path);
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        // Under its name only when it is locked: a process that looks for ended ones would lock it first.
        file = new FileStream(path + ".new", options);
        file.Write(new byte[Reserved]);
        file.Flush(flushToDisk: true);
        File.Move(path + ".new", path);
    }

    public string Name { get; }

    public long Length { get; private set; }

    /// <summary>All its leaves are in the logs.</summary>
    public bool IsFree => Volatile.Read(ref unfolded) == 0;

    /// <summary>On the disk when it returns.</summary>
    public void Add(ReadOnlySpan<byte> records, int leaves)
    {
        Interlocked.Add(ref unfolded, leaves);
        RandomAccess.Write(file.SafeFileHandle, records, Length);
        Flush();
        Length += records.Length;
    }

    public void Folded(int leaves) => Interlocked.Add(ref unfolded, -leaves);

    /// <summary>The number of the next record.</summary>
    public long Next() => ++last;

    public void BeginAnew() => Length = 0;

    public void Delete() => File.Delete(path);

    public void Dispose() => file.Dispose();

    // The instant of the last change need not be on the disk: fdatasync(2) leaves it out, and a write of the file system's own journal.
    private void Flush()
    {
        if (!OperatingSystem.IsLinux()) RandomAccess.FlushToDisk(file.SafeFileHandle);
        else if (SyncData(file.SafeFileHandle.DangerousGetHandle().ToInt32()) != 0)
            throw new IOException("The journal cannot be flushed.", new Win32Exception(Marshal.GetLastPInvokeError()));
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int SyncData(int handle);
}
