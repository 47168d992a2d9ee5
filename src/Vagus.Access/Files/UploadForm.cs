using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Vagus.Access.Tenants;
using Vagus.Kernel;

namespace Vagus.Access.Files;

/// <summary>What a request brings: the file as the body itself, or as the file of a form, whose fields before it are read.</summary>
/// <param name="Body">The content, read as it comes.</param>
/// <param name="Fields">What is said of it.</param>
/// <param name="DeclaredType">The media type that the sender says it has.</param>
/// <param name="FileName">The sender's name for it, without folders.</param>
internal sealed record UploadForm(Stream Body, UploadFields Fields, string? DeclaredType, string? FileName)
{
    private const int LongestName = 255;
    private const int LongestField = 256;
    private const int MostFields = 8;
    private const int MostBeforeTheFile = 64 * 1024;

    public static async ValueTask<Result<UploadForm>> Read(HttpRequest request, CancellationToken cancel)
    {
        // Counted while it is sealed, by the store's own limit.
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;
        var fields = new UploadFields(request.Query["patientId"], request.Query["confirmPatient"]);
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var media)) media = null;
        if (media?.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase) != true)
            return new UploadForm(request.Body, fields, media?.MediaType.Value, NameOf(request.Headers.ContentDisposition));
        if (HeaderUtilities.RemoveQuotes(media.Boundary).Value is not { Length: > 0 and <= 70 } boundary) return FileRefusals.Malformed;
        var body = new BeforeTheFile(request.Body, MostBeforeTheFile);
        var form = await ReadForm(new MultipartReader(boundary, body), fields, cancel);
        body.FileBegins();
        return form;
    }

    private static async ValueTask<Result<UploadForm>> ReadForm(MultipartReader form, UploadFields fields, CancellationToken cancel)
    {
        for (var number = 0; number < MostFields; number++)
        {
            if (await form.ReadNextSectionAsync(cancel) is not { } section) break;
            if (section.AsFileSection() is { } file)
                return new UploadForm(section.Body, fields, TypeOf(section.ContentType), NameOf(section.ContentDisposition));
            if (section.AsFormDataSection() is not { } field) continue;
            var text = await ReadField(section.Body, cancel);
            fields = field.Name switch
            {
                "patientId" => fields with { Patient = fields.Patient ?? text },
                "confirmPatient" => fields with { ConfirmPatient = fields.ConfirmPatient ?? text },
                _ => fields,
            };
        }

        return FileRefusals.Malformed;
    }

    private static async ValueTask<string?> ReadField(Stream body, CancellationToken cancel)
    {
        var bytes = new byte[LongestField + 1];
        var length = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancel);
        return length > LongestField ? null : Encoding.UTF8.GetString(bytes, 0, length);
    }

    private static string? TypeOf(string? header) =>
        MediaTypeHeaderValue.TryParse(header, out var media) ? media.MediaType.Value : null;

    private static string? NameOf(string? disposition)
    {
        if (!ContentDispositionHeaderValue.TryParse(disposition, out var header)) return null;
        var given = header.FileNameStar.HasValue ? header.FileNameStar : HeaderUtilities.RemoveQuotes(header.FileName);
        if (given.Value is not { Length: > 0 } name) return null;
        name = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        // Controls, and marks that turn the direction of writing: they hide what a name ends with.
        var kept = new StringBuilder();
        foreach (var rune in name.EnumerateRunes().Where(IsShown))
        {
            if (kept.Length + rune.Utf16SequenceLength > LongestName) break;
            kept.Append(rune.ToString());
        }

        return kept.Length == 0 ? null : kept.ToString();
    }

    private static bool IsShown(Rune rune) => !Rune.IsControl(rune)
        && Rune.GetUnicodeCategory(rune) is not UnicodeCategory.Format;

    /// <summary>Null where none was given; refused where it is no id.</summary>
    public Result<PatientId?> Patient()
    {
        if (string.IsNullOrEmpty(Fields.Patient)) return (PatientId?)null;
        if (!ChosenId.IsFhirId(Fields.Patient)) return FileRefusals.NoPatient;
        return (PatientId?)new PatientId(Fields.Patient);
    }

    /// <summary>The sender has looked whose the file is, whatever it says of itself.</summary>
    public bool ConfirmsPatient => Fields.ConfirmPatient == "true";
}

/// <summary>Of the query, or of the form before its file; null where it was not given.</summary>
internal sealed record UploadFields(string? Patient, string? ConfirmPatient);
