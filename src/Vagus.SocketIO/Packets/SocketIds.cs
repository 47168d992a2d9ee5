using System.Buffers.Text;
using System.Security.Cryptography;

namespace Vagus.SocketIO.Packets;

internal static class SocketIds
{
    /// <summary>A public id: unguessable all the same, since it is also the name of a room.</summary>
    internal static string New()
    {
        Span<byte> random = stackalloc byte[15];
        RandomNumberGenerator.Fill(random);
        return Base64Url.EncodeToString(random);
    }
}
