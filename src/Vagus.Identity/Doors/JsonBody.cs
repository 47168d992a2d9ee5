using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Vagus.Kernel;

namespace Vagus.Identity.Doors;

/// <summary>Reads a small JSON body under a limit that holds for every transport, before anybody is known.</summary>
internal static class JsonBody
{
    public const int MaxBytes = 4 * 1024;

    private static readonly JsonSerializerOptions Strict = new(
        JsonSerializerDefaults.Web) { MaxDepth = 6, AllowDuplicateProperties = false };

    public static ValueTask<Result<T>> Read<T>(HttpRequest request, CancellationToken cancel)
        where T : class => Read<T>(request, MaxBytes, cancel);

    public static async ValueTask<Result<T>> Read<T>(HttpRequest request, int maxBytes, CancellationToken cancel)
        where T : class
    {
        if (request.ContentLength > maxBytes) return Refusals.TooLarge;
        if (!request.HasJsonContentType()) return Refusals.InvalidRequest;

        var buffer = new byte[maxBytes + 1];
        var length = await request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel);
        return length > maxBytes ? Refusals.TooLarge : Parse<T>(buffer.AsSpan(0, length));
    }

    private static Result<T> Parse<T>(ReadOnlySpan<byte> utf8)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(utf8, Strict) is { } body ? body : Refusals.InvalidRequest;
        }
        catch (JsonException)
        {
            return Refusals.InvalidRequest;
        }
    }
}
