using System.IO.Compression;
using Microsoft.Net.Http.Headers;
using Scalar.AspNetCore;
using Vagus.Access.Policies;
using Vagus.Server.Web;

namespace Vagus.Server.Describing;

/// <summary>
/// <c>/docs</c>: Scalar shows the description. Its script is a file of the package that we serve ourselves, and it loads nothing from other
/// sites. Scalar's own page holds a script in its text, which our content policy refuses, so the page is ours.
/// </summary>
internal static class ApiPage
{
    private const string Html = "text/html; charset=utf-8";
    private const string Script = "text/javascript; charset=utf-8";

    /// <summary>In the assembly, as gzip.</summary>
    private const string ScalarFile = "ScalarStaticAssets.scalar.js";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        Open(endpoints.MapGet("/docs", Show));
        Open(endpoints.MapGet("/docs/start.js", () => Results.Content(Start, Script)));
        Open(endpoints.MapGet("/docs/scalar.js", Scalar));

        static void Open(RouteHandlerBuilder page) =>
            page.AllowAnyone("shows what the guides say, and holds no data").AuditsNothing("it holds no data").ExcludeFromDescription();
    }

    private static IResult Show(HttpContext context)
    {
        // Scalar writes its styles into the page when it runs. Scripts stay as strict as everywhere.
        context.Response.Headers.ContentSecurityPolicy = SafeHeaders.WithStylesInPages;
        return Results.Content(Page, Html);
    }

    private static IResult Scalar(HttpContext context)
    {
        var packed = typeof(ScalarOptions).Assembly.GetManifestResourceStream(ScalarFile)
            ?? throw new InvalidOperationException($"Scalar.AspNetCore has no {ScalarFile}.");
        context.Response.Headers.Vary = HeaderNames.AcceptEncoding;
        context.Response.Headers.CacheControl = "public, max-age=3600";
        if (!context.Request.GetTypedHeaders().AcceptEncoding.Any(each => each.Value == "gzip" && each.Quality is not 0))
            return Results.Stream(new GZipStream(packed, CompressionMode.Decompress), Script);

        context.Response.Headers.ContentEncoding = "gzip";
        return Results.Stream(packed, Script);
    }

    private const string Page = """
        <!doctype html>
        <html lang="en">
          <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Vagus: HTTP doors</title>
          </head>
          <body>
            <div id="doors"></div>
            <script src="/docs/scalar.js"></script>
            <script src="/docs/start.js"></script>
          </body>
        </html>
        """;

    // Everything that would ask another site is off.
    private const string Start = """
        Scalar.createApiReference('#doors', {
          url: '/openapi.json',
          withDefaultFonts: false,
          telemetry: false,
          hideClientButton: true,
          showDeveloperTools: 'never',
          agent: { disabled: true },
          mcp: { disabled: true },
        });
        """;
}
