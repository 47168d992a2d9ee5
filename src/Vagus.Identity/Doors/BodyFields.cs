using Microsoft.AspNetCore.Http;
using Vagus.Access;
using Vagus.Kernel;

namespace Vagus.Identity.Doors;

/// <summary>The bodies of this room's requests whose fields are read one by one.</summary>
internal static class BodyFields
{
    private static readonly SmallJson Body = new(JsonBody.MaxBytes, maxDepth: 6)
    {
        NoJson = Refusals.InvalidRequest, TooLarge = Refusals.TooLarge, BrokenText = Refusals.InvalidRequest,
    };

    public static ValueTask<Result<RequestFields>> Read(HttpRequest request, string[] known, CancellationToken cancel) =>
        Body.Fields(request, known, cancel);
}
