using System.Data.Common;
using Vagus.Kernel;
using Vagus.Messaging.Threads;

namespace Vagus.Messaging.Canned;

/// <summary>
/// A text that staff send again and again. It holds nothing of any patient, and is the one text of this room that is stored as it is.
/// </summary>
internal sealed record CannedResponse
{
    public required string Id { get; init; }

    /// <summary>Whose own it is; null of one that all staff of the tenant share.</summary>
    public string? Owner { get; init; }

    /// <summary>Who wrote it; null of those that a tenant begins with.</summary>
    public string? CreatedBy { get; init; }

    public required string Title { get; init; }

    public required string Content { get; init; }

    public string? Category { get; init; }

    /// <summary>By which it is found while somebody types: one of a kind among the shared ones, and among those of one user.</summary>
    public string? Shortcode { get; init; }

    /// <summary>How many messages were sent with it.</summary>
    public long UsageCount { get; init; }

    public long Version { get; init; } = 1;

    public bool IsShared => Owner is null;

    /// <summary>Its owner; and of shared ones its author and administrators.</summary>
    public bool MayBeChangedBy(Caller caller) =>
        Owner is { } owner ? owner == caller.User.Value : caller.Role == Role.Admin || CreatedBy == caller.User.Value;

    public const string Columns =
        "c.canned_id, c.owner_id, c.created_by, c.title, c.content, c.category, c.shortcode, c.usage_count, c.version";

    public static CannedResponse Read(DbDataReader row) => new()
    {
        Id = row.GetString(0),
        Owner = row.GetString(1) is { Length: > 0 } owner ? owner : null,
        CreatedBy = row.IsDBNull(2) ? null : row.GetString(2),
        Title = row.GetString(3),
        Content = row.GetString(4),
        Category = row.IsDBNull(5) ? null : row.GetString(5),
        Shortcode = row.IsDBNull(6) ? null : row.GetString(6),
        UsageCount = row.GetInt64(7),
        Version = row.GetInt64(8),
    };
}

/// <summary>What a client says of a canned response.</summary>
internal sealed record CannedRequest(string Title, string Content)
{
    public static readonly string[] Fields = ["title", "content", "category", "shortcode", "shared", "version"];

    private const int MostOfTitle = 120;
    private const int MostOfContent = 5000;
    private const int MostOfShortcode = 32;

    public string? Category { get; init; }

    public string? Shortcode { get; init; }

    /// <summary>Null: as it was, and personal where it is new.</summary>
    public bool? Shared { get; init; }

    public long? Version { get; init; }

    public static Result<CannedRequest> Read(RequestFields fields)
    {
        var (title, content, category) = (
            fields.Text("title", MostOfTitle), fields.Text("content", MostOfContent), fields.OptionalText("category"));
        var (shortcode, shared, version) = (
            fields.OptionalText("shortcode", MostOfShortcode), fields.Flag("shared"), fields.Position("version"));
        if ((title.Refusal ?? content.Refusal ?? category.Refusal ?? shortcode.Refusal ?? shared.Refusal ?? version.Refusal) is { } refusal)
            return refusal;
        var request = new CannedRequest(title.Value, content.Value)
        {
            Category = category.Value, Shortcode = shortcode.Value?.TrimStart('/'), Shared = shared.Value, Version = version.Value,
        };
        return request.Refuse() is { } unfit ? unfit : request;
    }

    private Refusal? Refuse()
    {
        if (string.IsNullOrWhiteSpace(Title)) return FieldRefusals.Wrong("title", "a text");
        if (string.IsNullOrWhiteSpace(Content)) return FieldRefusals.Wrong("content", "a text");
        if (Category is { } category && !ThreadCategory.All.Contains(category)) return FieldRefusals.Wrong("category", "a category");
        if (Shortcode is { } code && (code.Length == 0 || !code.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_')))
            return FieldRefusals.Wrong("shortcode", "letters, digits, hyphens and underscores");
        return Placeholders.Unknown(Content) is null ? null : UnknownVariable;
    }

    private static readonly Refusal UnknownVariable = new(
        RefusalKind.Unprocessable, "unknown_variable",
        $"In braces stands one of {string.Join(", ", Placeholders.Variables)}, with a fallback behind a bar.");
}
