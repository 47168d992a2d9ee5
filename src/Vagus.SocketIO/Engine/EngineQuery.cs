using Microsoft.AspNetCore.WebUtilities;

namespace Vagus.SocketIO.Engine;

/// <summary>
/// The three query parameters that matter. Asking the request for its query would leave a dictionary with every connection for as
/// long as it lives.
/// </summary>
internal readonly record struct EngineQuery(string? Version, string? Transport, string? Sid)
{
    internal static EngineQuery Of(string? query)
    {
        var read = default(EngineQuery);
        foreach (var pair in new QueryStringEnumerable(query))
        {
            read = pair.EncodedName.Span switch
            {
                "EIO" => read with { Version = pair.DecodeValue().ToString() },
                "transport" => read with { Transport = pair.DecodeValue().ToString() },
                "sid" => read with { Sid = pair.DecodeValue().ToString() },
                _ => read,
            };
        }
        return read;
    }
}
