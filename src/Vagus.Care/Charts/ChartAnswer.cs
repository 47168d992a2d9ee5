using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Vagus.Care.Charts;

/// <summary>
/// An answer with an entity tag of what it says to this caller, so that a client that has it already is told so (304).
/// </summary>
internal static class ChartAnswer
{
    private const int TagBytes = 12;

    public static IResult Of<T>(HttpContext http, T answer, JsonTypeInfo<T> form) =>
        Of(http, TypedResults.Json(answer, form), TagOf(JsonSerializer.SerializeToUtf8Bytes(answer, form)));

    public static IResult Of(HttpContext http, RenderedChart chart) => Of(http, chart, chart.Tag);

    public static string TagOf(byte[] body) => $"W/\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, TagBytes))}\"";

    private static IResult Of(HttpContext http, IResult answer, string tag)
    {
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.ETag = tag;
        return IsKnown(http.Request.Headers.IfNoneMatch, tag) ? TypedResults.StatusCode(StatusCodes.Status304NotModified) : answer;
    }

    private static bool IsKnown(IEnumerable<string?> headers, string tag) => headers
        .SelectMany(header => (header ?? "").Split(','))
        .Select(each => each.Trim())
        .Any(each => each == "*" || each == tag || $"W/{each}" == tag);
}
