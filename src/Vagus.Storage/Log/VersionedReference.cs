using System.Globalization;

namespace Vagus.Storage.Log;

/// <summary>A reference of an event in its parts: <c>DiagnosticReport/123/_history/2</c>.</summary>
internal readonly record struct VersionedReference(string Type, string Id, long Version)
{
    private const string History = "/_history/";

    /// <summary>Null for every other text: <see cref="ToString"/> gives back exactly what was parsed.</summary>
    public static VersionedReference? Parse(string? text)
    {
        if (text is null) return null;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var history = text.IndexOf(History, StringComparison.Ordinal);
        if (slash < 0 || history <= slash) return null;
        var number = text.AsSpan(history + History.Length);
        if (!long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var version)) return null;
        var parsed = new VersionedReference(text[..slash], text[(slash + 1)..history], version);
        return text.Length == parsed.ToString().Length ? parsed : null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Type}/{Id}{History}{Version}");
}
