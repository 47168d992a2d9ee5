using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;
using Vagus.Access.Policies;

namespace Vagus.Server.Web;

/// <summary>
/// The staff app at <c>/</c> and the patient portal at <c>/portal</c>, from the files that the build put beside the server. Paths that are
/// an app's own pages get its index.
/// </summary>
internal static class WebApps
{
    private const string Built =
        "The web apps were not built: Node.js was absent when the server was built. Install Node 20 or later and build again. "
        + "The APIs work without them.";

    private const string Portal = "portal";
    private const string HeicWorker = "heic.js";

    private static readonly string[] NotPages = ["assets/", "api/", "fhir/", "socket.io/", "ws", "oauth/", ".well-known/", "health/", "metrics", "docs/"];

    public static void MapWebApps(this WebApplication app)
    {
        if (FilesOf("staff") is not { } staff || FilesOf(Portal) is not { } portal)
        {
            app.MapGet("/", () => Results.Text(Built, statusCode: StatusCodes.Status503ServiceUnavailable))
                .AllowAnyone("tells how to get the web apps")
                .AuditsNothing("it holds no data");
            return;
        }

        var types = new FileExtensionContentTypeProvider();
        app.MapMethods("/{**path}", ["GET", "HEAD"], (string? path, HttpContext http) => PathInPortal(path ?? "") is { } inPortal
                ? Answer(inPortal, portal, types, http) : Answer(path ?? "", staff, types, http))
            .AllowAnyone("the sign-in pages")
            .AuditsNothing("files of the program");
    }

    private static PhysicalFileProvider? FilesOf(string name)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "wwwroot", name);
        return File.Exists(Path.Combine(folder, "index.html")) ? new PhysicalFileProvider(folder) : null;
    }

    /// <summary>Null outside of the portal.</summary>
    private static string? PathInPortal(string path)
    {
        if (path == Portal) return "";
        return path.StartsWith($"{Portal}/", StringComparison.Ordinal) ? path[(Portal.Length + 1)..] : null;
    }

    private static IResult Answer(string path, PhysicalFileProvider files, FileExtensionContentTypeProvider types, HttpContext http)
    {
        var file = files.GetFileInfo(path);
        if (path.Length > 0 && file is { Exists: true, IsDirectory: false })
        {
            // Names under assets/ carry a hash of the content.
            http.Response.Headers.CacheControl = path.StartsWith("assets/", StringComparison.Ordinal)
                ? "public, max-age=31536000, immutable" : "no-cache";
            if (path == HeicWorker) http.Response.Headers.ContentSecurityPolicy = SafeHeaders.WithDecoder;
            return StaticFile.Answer(files, path, types.TryGetContentType(path, out var type) ? type : "application/octet-stream", http);
        }

        // What is not a page is missing. A page's address may hold a dot: FHIR ids do.
        if (NotPages.Any(folder => path.StartsWith(folder, StringComparison.Ordinal))) return Missing(http);
        http.Response.Headers.CacheControl = "no-cache";
        return StaticFile.Answer(files, "index.html", "text/html; charset=utf-8", http);
    }

    private static IResult Missing(HttpContext http)
    {
        // A file of another version may be asked of the wrong server during an upgrade; that it was missing must not be remembered.
        http.Response.Headers.CacheControl = "no-store";
        return Results.Problem(
            statusCode: StatusCodes.Status404NotFound,
            detail: "There is nothing at this address.",
            extensions: new Dictionary<string, object?>(StringComparer.Ordinal) { ["code"] = "not_found" });
    }
}
