using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Vagus.Storage.Writing.Journal;

/// <summary>
/// Reads a file that another process keeps locked. .NET asks for the lock with each file that it opens; the lock tells only whether the
/// process lives.
/// </summary>
internal static partial class SharedFile
{
    private const int ReadOnly = 0;
    private const int NoSuchFile = 2;

    /// <summary>Empty where there is no such file any more.</summary>
    public static byte[] Read(string path)
    {
        if (OperatingSystem.IsWindows()) return File.ReadAllBytes(path);
        var descriptor = Open(path, ReadOnly);
        if (descriptor < 0)
        {
            var code = Marshal.GetLastPInvokeError();
            return code == NoSuchFile ? [] : throw new IOException("A journal cannot be read.", new Win32Exception(code));
        }

        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        var bytes = new byte[RandomAccess.GetLength(handle)];
        var read = 0;
        while (read < bytes.Length && RandomAccess.Read(handle, bytes.AsSpan(read), read) is > 0 and var more) read += more;
        return bytes[..read];
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);
}
