using Microsoft.AspNetCore.Http;
using Vagus.Access;
using Vagus.Kernel;

namespace Vagus.Care.Requests;

/// <summary>The bodies of this room's requests. An absent one is an object without fields.</summary>
internal static class BodyFields
{
    private static readonly SmallJson Body = SmallJson.Plain(maxBytes: 16 * 1024, maxDepth: 6);

    public static ValueTask<Result<RequestFields>> Read(HttpRequest request, string[] known, CancellationToken cancel) =>
        Body.OptionalFields(request, known, cancel);
}
