using System.Collections.Frozen;
using Vagus.Care.Deriving.Reading;
using Vagus.Events;

namespace Vagus.Care.Deriving;

/// <summary>
/// What an RxNorm code is of: itself, its ingredients, and the classes within which an allergy to one ingredient warns of the others. The
/// table holds the ingredients of which allergies are told most. A clinical drug is known by the ingredients that RxNorm's name of it, its
/// display, has as words; without a display it is known by its code alone.
/// </summary>
internal static class Substances
{
    private const string Penicillins = "penicillins";
    private const string Cephalosporins = "cephalosporins";
    private const string Sulfonamides = "antibacterial sulfonamides";
    private const string AntiInflammatories = "non-steroidal anti-inflammatory drugs";
    private const string Opioids = "phenanthrene opioids";
    private const string AceInhibitors = "ACE inhibitors";
    private const string Macrolides = "macrolides";
    private const string Fluoroquinolones = "fluoroquinolones";
    private const string Tetracyclines = "tetracyclines";

    private static readonly Ingredient[] Table =
    [
        new("70618", "penicillin", Penicillins), new("7980", "penicillin G", Penicillins), new("7984", "penicillin V", Penicillins),
        new("723", "amoxicillin", Penicillins), new("733", "ampicillin", Penicillins), new(null, "piperacillin", Penicillins),
        new(null, "dicloxacillin", Penicillins), new(null, "nafcillin", Penicillins), new(null, "oxacillin", Penicillins),
        new("2231", "cephalexin", Cephalosporins), new("2180", "cefazolin", Cephalosporins), new("2193", "ceftriaxone", Cephalosporins),
        new("2194", "cefuroxime", Cephalosporins), new(null, "cefdinir", Cephalosporins), new(null, "cefepime", Cephalosporins),
        new(null, "cefixime", Cephalosporins), new(null, "cefaclor", Cephalosporins), new(null, "cefadroxil", Cephalosporins),
        new(null, "ceftazidime", Cephalosporins), new(null, "cefotaxime", Cephalosporins), new(null, "cefoxitin", Cephalosporins),
        new("10180", "sulfamethoxazole", Sulfonamides), new("10831", "sulfamethoxazole / trimethoprim", Sulfonamides),
        new("10171", "sulfadiazine", Sulfonamides), new("10207", "sulfisoxazole", Sulfonamides), new("10169", "sulfacetamide", Sulfonamides),
        new("9524", "sulfasalazine", Sulfonamides),
        new("1191", "aspirin", AntiInflammatories), new("5640", "ibuprofen", AntiInflammatories), new("7258", "naproxen", AntiInflammatories),
        new("3355", "diclofenac", AntiInflammatories), new("5781", "indomethacin", AntiInflammatories),
        new("35827", "ketorolac", AntiInflammatories), new("41493", "meloxicam", AntiInflammatories),
        new("140587", "celecoxib", AntiInflammatories), new("4502", "flurbiprofen", AntiInflammatories),
        new("7052", "morphine", Opioids), new("2670", "codeine", Opioids), new("7804", "oxycodone", Opioids),
        new("5489", "hydrocodone", Opioids), new("3423", "hydromorphone", Opioids), new(null, "oxymorphone", Opioids),
        new("29046", "lisinopril", AceInhibitors), new("3827", "enalapril", AceInhibitors), new("1998", "captopril", AceInhibitors),
        new("35296", "ramipril", AceInhibitors), new(null, "benazepril", AceInhibitors), new(null, "quinapril", AceInhibitors),
        new("4053", "erythromycin", Macrolides), new("18631", "azithromycin", Macrolides), new("21212", "clarithromycin", Macrolides),
        new("2551", "ciprofloxacin", Fluoroquinolones), new("82122", "levofloxacin", Fluoroquinolones),
        new("139462", "moxifloxacin", Fluoroquinolones), new("7517", "norfloxacin", Fluoroquinolones),
        new("3640", "doxycycline", Tetracyclines), new("6980", "minocycline", Tetracyclines), new("10395", "tetracycline", Tetracyclines),
    ];

    private static readonly FrozenDictionary<string, Ingredient> ByCode =
        Table.Where(each => each.Code is not null).ToFrozenDictionary(each => each.Code!, StringComparer.Ordinal);

    /// <summary>Codes and classes: two that have one in common contradict each other as allergy and medication.</summary>
    public static HashSet<string> Of(IEnumerable<Coding> codes)
    {
        var all = new HashSet<string>(StringComparer.Ordinal);
        foreach (var code in codes.Where(code => code.System == Systems.RxNorm))
        {
            all.Add(code.Code);
            if (ByCode.TryGetValue(code.Code, out var ingredient)) all.Add(ingredient.Class);
            if (code.Display is not { } name) continue;
            foreach (var part in Table.Where(part => HasWords(name, part.Name)))
            {
                if (part.Code is { } known) all.Add(known);
                all.Add(part.Class);
            }
        }

        return all;
    }

    private static bool HasWords(string name, string words)
    {
        for (var at = 0; (at = name.IndexOf(words, at, StringComparison.OrdinalIgnoreCase)) >= 0; at++)
        {
            var end = at + words.Length;
            if ((at == 0 || !char.IsLetter(name[at - 1])) && (end == name.Length || !char.IsLetter(name[end]))) return true;
        }

        return false;
    }

    private sealed record Ingredient(string? Code, string Name, string Class);
}
