using Microsoft.AspNetCore.Http;

namespace Vagus.Identity.Doors;

/// <summary>The cookie of <see cref="KnownDevices"/>: no script reads it, and it is sent to its door's endpoints only.</summary>
internal static class DeviceCookie
{
    private const string Name = "vagus-device";

    public static string? Read(HttpContext context) => context.Request.Cookies[NameFor(context)];

    public static void Set(HttpContext context, string path, string kept) => context.Response.Cookies.Append(NameFor(context), kept, new()
    {
        HttpOnly = true,
        Secure = context.Request.IsHttps,
        SameSite = SameSiteMode.Strict,
        Path = path,
        MaxAge = KnownDevices.Lifetime,
        IsEssential = true,
    });

    private static string NameFor(HttpContext context) => context.Request.IsHttps ? $"__Secure-{Name}" : Name;
}
