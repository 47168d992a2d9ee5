using System.Globalization;
using Microsoft.Extensions.FileProviders;
using Microsoft.Net.Http.Headers;

namespace Vagus.Server.Web;

/// <summary>A file of a web app, in the smallest form that was built and that the browser takes.</summary>
internal static class StaticFile
{
    private static readonly (string Encoding, string Ending)[] Forms = [("br", ".br"), ("gzip", ".gz")];

    public static IResult Answer(PhysicalFileProvider files, string path, string contentType, HttpContext http)
    {
        var (file, encoding) = Smallest(files, path, http.Request);
        http.Response.Headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
        if (encoding is not null) http.Response.Headers.ContentEncoding = encoding;
        return Results.File(file.PhysicalPath!, contentType, entityTag: TagOf(file, encoding));
    }

    private static (IFileInfo File, string? Encoding) Smallest(PhysicalFileProvider files, string path, HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().AcceptEncoding;
        foreach (var (encoding, ending) in Forms)
        {
            if (!accepted.Any(one => one.Value == encoding && one.Quality is not 0)) continue;
            if (files.GetFileInfo(path + ending) is { Exists: true } compressed) return (compressed, encoding);
        }

        return (files.GetFileInfo(path), null);
    }

    // Not by date alone: after a step back to an older version the older file must replace what the browser holds.
    private static EntityTagHeaderValue TagOf(IFileInfo file, string? encoding) =>
        new(string.Create(CultureInfo.InvariantCulture, $"\"{file.LastModified.UtcTicks:x}-{file.Length:x}-{encoding ?? "plain"}\""));
}
