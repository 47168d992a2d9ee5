using Microsoft.AspNetCore.Http;

namespace Vagus.Identity.Doors;

/// <summary>
/// Browser mode: the refresh token lives in a cookie that no script can read and that is sent to this door's endpoints only. The staff and
/// the patient door have paths of their own, so that both applications can be signed in side by side.
/// </summary>
internal static class RefreshCookie
{
    public const string StaffPath = "/api/auth";
    public const string PatientPath = "/api/patient-portal/auth";
    private const string Name = "vagus-refresh";

    public static void Set(HttpContext context, string path, string token, TimeSpan lifetime)
    {
        var options = Options(context, path);
        options.MaxAge = lifetime;
        context.Response.Cookies.Append(NameFor(context), token, options);
    }

    public static void Delete(HttpContext context, string path) =>
        context.Response.Cookies.Delete(NameFor(context), Options(context, path));

    public static string? Read(HttpContext context) => context.Request.Cookies[NameFor(context)];

    /// <summary>
    /// A cookie is sent by the browser whoever made the request, so the request must show that our own page made it. Fetch metadata tells;
    /// an older browser's Origin must be this host. The X-Vagus-Client header, which no form can send, has been asked for already.
    /// </summary>
    public static bool IsOwnPage(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"] is [{ } site]) return site is "same-origin" or "none";
        return request.Headers.Origin is [{ } origin]
            && string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
    }

    // __Secure- and not __Host-: that prefix demands Path=/ and would send the token with every request.
    private static string NameFor(HttpContext context) => context.Request.IsHttps ? $"__Secure-{Name}" : Name;

    private static CookieOptions Options(HttpContext context, string path) => new()
    {
        HttpOnly = true,
        Secure = context.Request.IsHttps,
        SameSite = SameSiteMode.Strict,
        Path = path,
        IsEssential = true,
    };
}
