namespace Vagus.Messaging.Words;

/// <summary>The languages in which the server writes to patients.</summary>
internal enum Language
{
    English,
    Spanish,
}

/// <summary>Their names in settings: BCP 47.</summary>
internal static class Languages
{
    public static readonly IReadOnlyList<Language> All = Enum.GetValues<Language>();

    public static string Name(this Language language) => language == Language.Spanish ? "es" : "en";

    public static Language? Parse(string name) => name switch
    {
        "en" => Language.English,
        "es" => Language.Spanish,
        _ => null,
    };

    /// <summary>Of a tag with a region or script too, such as <c>es-MX</c>; null for one in which the server does not write.</summary>
    public static Language? OfTag(string? tag) => tag is null ? null : Parse(tag.Split('-', '_')[0].ToLowerInvariant());
}
