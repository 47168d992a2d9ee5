using Microsoft.AspNetCore.Http;
using Vagus.Identity.SigningIn;
using Vagus.Kernel;

namespace Vagus.Identity.OAuth;

/// <summary>A random value that ties the pages of an authorization to one browser: forms of another site come without it.</summary>
internal static class AuthorizeCookie
{
    private const string Name = "vagus-oauth";

    /// <summary>The browser's value; a new one where it has none.</summary>
    public static string Ensure(HttpContext context, IdSource ids)
    {
        if (Read(context) is { } known) return known;
        var fresh = ids.NewSecret();
        context.Response.Cookies.Append(NameFor(context), fresh, new CookieOptions
        {
            HttpOnly = true,
            Secure = context.Request.IsHttps,
            SameSite = SameSiteMode.Strict,
            Path = "/oauth",
            IsEssential = true,
        });
        return fresh;
    }

    public static string? Read(HttpContext context) =>
        context.Request.Cookies[NameFor(context)] is { Length: RefreshToken.Length } value ? value : null;

    private static string NameFor(HttpContext context) => context.Request.IsHttps ? $"__Secure-{Name}" : Name;
}
