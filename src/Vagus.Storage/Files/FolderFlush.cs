using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Vagus.Storage.Files;

/// <summary>
/// Waits until the names in a folder are on the disk: a file that was flushed may still lose its name with the power. .NET opens no folder,
/// so this is fsync(2) itself. Windows writes names through its journal.
/// </summary>
internal static partial class FolderFlush
{
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        var handle = Open(folder, flags: 0);
        if (handle < 0) throw new IOException("A folder of files cannot be opened.", new Win32Exception(Marshal.GetLastPInvokeError()));
        try
        {
            if (Sync(handle) != 0)
                throw new IOException("A folder of files cannot be flushed.", new Win32Exception(Marshal.GetLastPInvokeError()));
        }
        finally
        {
            _ = Close(handle);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int handle);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}
