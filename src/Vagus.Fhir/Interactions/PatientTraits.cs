using System.Text.Json;
using Vagus.Fhir.R4.Indexing;
using Vagus.Fhir.R4.Json;

namespace Vagus.Fhir.Interactions;

/// <summary>By what people are told apart: identifiers, names, date of birth, gender, telephone numbers and addresses of mail.</summary>
internal sealed record PatientTraits(
    IReadOnlySet<string> Identifiers, IReadOnlySet<string> Families, IReadOnlySet<string> Givens, string? BirthDate, string? Gender,
    IReadOnlySet<string> Telecoms)
{
    private const int MostValues = 10;

    public static PatientTraits Of(JsonElement patient)
    {
        var names = Items(patient, "name"u8).ToList();
        return new PatientTraits(
            Set(Items(patient, "identifier"u8).Where(each => PropertyText.Of(each, "value"u8) is not null)
                .Select(each => $"{Escaped(PropertyText.Of(each, "system"u8) ?? "")}|{Escaped(PropertyText.Of(each, "value"u8) ?? "")}")),
            Set(names.Select(name => PropertyText.Of(name, "family"u8)).OfType<string>().Select(Folded)),
            Set(names.SelectMany(name => Texts(name, "given"u8)).Select(Folded)),
            PropertyText.Of(patient, "birthDate"u8),
            PropertyText.Of(patient, "gender"u8),
            Set(Items(patient, "telecom"u8).Select(each => PropertyText.Of(each, "value"u8)).OfType<string>().Select(Escaped)));
    }

    /// <summary>The searches that find everybody who may be this one.</summary>
    public IEnumerable<string> Searches()
    {
        foreach (var identifier in Identifiers.Take(MostValues)) yield return $"identifier={Uri.EscapeDataString(identifier)}";
        foreach (var telecom in Telecoms.Take(MostValues)) yield return $"telecom={Uri.EscapeDataString(telecom)}";
        if (BirthDate is null) yield break;
        foreach (var name in Families.Concat(Givens).Take(MostValues))
            yield return $"name={Uri.EscapeDataString(Escaped(name))}&birthdate={Uri.EscapeDataString(BirthDate)}";
    }

    /// <summary>
    /// From 0 to 1. An identifier that both have is certain, unless date of birth and name both differ; without one the rest adds up to
    /// probable at most.
    /// </summary>
    public double Likeness(PatientTraits other)
    {
        var (family, given) = (Families.Overlaps(other.Families), Givens.Overlaps(other.Givens));
        var born = BirthDate is not null && BirthDate == other.BirthDate;
        var score = (family ? 0.3 : 0) + (given ? 0.2 : 0) + (born ? 0.25 : 0) + (Telecoms.Overlaps(other.Telecoms) ? 0.15 : 0)
            + (Gender is not null && Gender == other.Gender ? 0.04 : 0);
        if (Gender is not null && other.Gender is not null && Gender != other.Gender) score -= 0.1;
        if (!Identifiers.Overlaps(other.Identifiers)) return Math.Clamp(score, 0, 0.94);
        var differs = BirthDate is not null && other.BirthDate is not null && !born && Families.Count > 0 && !family;
        return differs ? 0.6 : 1;
    }

    private static string Folded(string text) => SearchText.Normalize(text);

    // In a search value a comma begins another one (R4 §3.1.1.4.9).
    private static string Escaped(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal)
            .Replace("$", "\\$", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal);

    private static HashSet<string> Set(IEnumerable<string> texts) => texts.Where(text => text.Length > 0).ToHashSet(StringComparer.Ordinal);

    private static IEnumerable<JsonElement> Items(JsonElement container, ReadOnlySpan<byte> name) =>
        container.TryGetProperty(name, out var items) && items.ValueKind == JsonValueKind.Array
            ? items.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.Object) : [];

    private static IEnumerable<string> Texts(JsonElement container, ReadOnlySpan<byte> name) =>
        container.TryGetProperty(name, out var items) && items.ValueKind == JsonValueKind.Array
            ? items.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString() ?? "") : [];
}
