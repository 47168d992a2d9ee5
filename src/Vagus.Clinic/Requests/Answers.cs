using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Vagus.Access.Policies;
using Vagus.Kernel;

namespace Vagus.Clinic.Requests;

/// <summary>An answer about one record: <c>version</c> is what a later change names.</summary>
internal interface IVersioned
{
    string Id { get; }

    long Version { get; }
}

/// <summary>A page of a list.</summary>
internal sealed record ListPage<T>(IReadOnlyList<T> Items, long? Total, string? NextCursor);

/// <summary>
/// The answers of this room: camelCase JSON, without the fields for which there is nothing; refusals as problem+json with their
/// <c>code</c>.
/// </summary>
internal static class Answers
{
    public static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>One record, with its version as ETag.</summary>
    public static IResult Of<T>(HttpContext http, Result<T> answer, int status = StatusCodes.Status200OK)
        where T : IVersioned
    {
        if (answer.Refusal is { } refusal) return Refuse(refusal);
        http.Response.Headers.ETag = VersionGuard.TagOf(answer.Value.Version);
        return Json(http, answer.Value, status);
    }

    /// <summary>A record that came into being, with its address below the one that was asked.</summary>
    public static IResult Created<T>(HttpContext http, Result<T> answer)
        where T : IVersioned
    {
        var asked = $"{http.Request.PathBase}{http.Request.Path.Value?.TrimEnd('/')}";
        if (!answer.IsRefused) http.Response.Headers.Location = $"{asked}/{answer.Value.Id}";
        return Of(http, answer, StatusCodes.Status201Created);
    }

    public static IResult Page<T>(HttpContext http, Result<ListPage<T>> page) =>
        page.Refusal is { } refusal ? Refuse(refusal) : Json(http, page.Value, StatusCodes.Status200OK);

    public static IResult Json<T>(HttpContext http, T answer, int status)
    {
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(answer, Form, statusCode: status);
    }

    // The FHIR door's codes are those of OperationOutcome, which have hyphens; those of the JSON doors have none.
    public static IResult Refuse(Refusal refusal)
    {
        var problem = (refusal with { Code = refusal.Code.Replace('-', '_') }).ToProblem();
        if (refusal is not ClinicRefusal telling) return problem;
        foreach (var (name, value) in telling.Fields.Where(field => field.Value is not null))
            problem.ProblemDetails.Extensions[name] = JsonSerializer.SerializeToElement(value, Form);
        return problem;
    }
}
