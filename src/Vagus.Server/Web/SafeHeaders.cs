namespace Vagus.Server.Web;

/// <summary>
/// Security headers of every answer. Pages load their own scripts and styles only; an answer of an API is no page at all, so a browser that
/// is made to show one runs nothing of it, and keeps nothing of it.
/// </summary>
internal sealed class SafeHeaders(RequestDelegate next)
{
    private const string ContentPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
        + "base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'";

    private const string ApiPolicy = "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private const string Permissions =
        "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), fullscreen=(self), geolocation=(), gyroscope=(), "
        + "magnetometer=(), microphone=(), midi=(), payment=(), publickey-credentials-create=(self), publickey-credentials-get=(self), "
        + "usb=(), xr-spatial-tracking=()";

    /// <summary>For a page whose script writes its own styles.</summary>
    internal static string WithStylesInPages { get; } =
        ContentPolicy.Replace("style-src 'self'", "style-src 'self' 'unsafe-inline'", StringComparison.Ordinal);

    /// <summary>
    /// For the worker that draws pictures in HEIC: it compiles one decoder, asks this server for that, and does nothing else. Pages keep
    /// their policy, by which no WebAssembly runs in them.
    /// </summary>
    internal const string WithDecoder =
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        + "frame-ancestors 'none'; require-trusted-types-for 'script'";

    public Task InvokeAsync(HttpContext context)
    {
        Set(context);
        return next(context);
    }

    /// <summary>Also for an answer that was cleared.</summary>
    internal static void Set(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = Permissions;
        headers.ContentSecurityPolicy = ContentPolicy;
        if (context.Request.IsHttps) headers.StrictTransportSecurity = "max-age=31536000";
        if (IsOfApi(context.Request.Path)) SetForApi(context);
    }

    private static bool IsOfApi(PathString path) =>
        path.StartsWithSegments("/fhir", StringComparison.OrdinalIgnoreCase) || path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase);

    private static void SetForApi(HttpContext context)
    {
        context.Response.Headers.ContentSecurityPolicy = ApiPolicy;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.OnStarting(static state => SaveAsFile(((HttpContext)state).Response), context);
    }

    /// <summary>
    /// What an API answers that is no JSON was uploaded by somebody: it is saved and never shown, and so is a Binary in its JSON. An
    /// endpoint that answers a page sets a policy of its own.
    /// </summary>
    private static Task SaveAsFile(HttpResponse response)
    {
        if (response.ContentType is not { } type || response.Headers.ContentSecurityPolicy != ApiPolicy) return Task.CompletedTask;

        var isBinary = response.HttpContext.Request.Path.StartsWithSegments("/fhir/Binary", StringComparison.OrdinalIgnoreCase);
        if ((isBinary || !type.Contains("json", StringComparison.OrdinalIgnoreCase)) && response.Headers.ContentDisposition.Count == 0)
            response.Headers.ContentDisposition = "attachment";
        return Task.CompletedTask;
    }
}
