using System.Runtime.InteropServices;

namespace Vagus.SocketIO.Load.Wire;

/// <summary>
/// The few Linux calls the load client makes. Managed sockets cost several microseconds a read, as much as
/// the servers under test; straight system calls keep the client far cheaper than what it measures.
/// </summary>
internal static unsafe partial class Libc
{
    internal const int Stream = 1;
    internal const int NonBlocking = 0x800;
    internal const int CloseOnExec = 0x80000;
    internal const int SocketLevel = 1;
    internal const int ReceiveBuffer = 8;
    internal const int Linger = 13;
    internal const int PendingError = 4;
    internal const int IpLevel = 0;
    internal const int BindAddressNoPort = 24;
    internal const int TcpLevel = 6;
    internal const int NoDelay = 1;
    internal const int NoSignal = 0x4000;
    internal const int Again = 11;
    internal const int InProgress = 115;
    internal const int ShutdownWrite = 1;

    internal const int ControlAdd = 1;
    internal const int ControlDelete = 2;
    internal const int ControlChange = 3;
    internal const uint Readable = 1;
    internal const uint Writable = 4;
    internal const uint Failed = 0x8;
    internal const uint HungUp = 0x10;

    [LibraryImport("libc", SetLastError = true, EntryPoint = "socket")]
    internal static partial int OpenSocket(int domain, int type, int protocol);

    [LibraryImport("libc", SetLastError = true, EntryPoint = "connect")]
    internal static partial int Connect(int socket, byte* address, int length);

    [LibraryImport("libc", SetLastError = true, EntryPoint = "bind")]
    internal static partial int Bind(int socket, byte* address, int length);

    [LibraryImport("libc", SetLastError = true, EntryPoint = "setsockopt")]
    internal static partial int SetOption(int socket, int level, int name, void* value, int length);

    [LibraryImport("libc", SetLastError = true, EntryPoint = "getsockopt")]
    internal static partial int GetOption(int socket, int level, int name, void* value, int* length);

    [LibraryImport("libc", SetLastError = true, EntryPoint = "recv")]
    internal static partial nint Receive(int socket, byte* buffer, nint length, int flags);

    [LibraryImport("libc", SetLastError = true, EntryPoint = "send")]
    internal static partial nint Send(int socket, byte* buffer, nint length, int flags);

    [LibraryImport("libc", SetLastError = true, EntryPoint = "shutdown")]
    internal static partial int Shutdown(int socket, int how);

    [LibraryImport("libc", SetLastError = true, EntryPoint = "close")]
    internal static partial int Close(int descriptor);

    [LibraryImport("libc", SetLastError = true, EntryPoint = "epoll_create1")]
    internal static partial int CreatePoll(int flags);

    [LibraryImport("libc", SetLastError = true, EntryPoint = "epoll_ctl")]
    internal static partial int ControlPoll(int poll, int operation, int descriptor, byte* change);

    [LibraryImport("libc", SetLastError = true, EntryPoint = "epoll_wait")]
    internal static partial int WaitPoll(int poll, byte* events, int capacity, int milliseconds);
}
