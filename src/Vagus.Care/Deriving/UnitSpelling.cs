using System.Collections.Frozen;

namespace Vagus.Care.Deriving;

/// <summary>
/// Spellings of laboratories for units that have another word in UCUM. A value in an unknown unit meets no limit and raises no alert, so a
/// spelling that can only mean one unit is taken for it. Units whose case changes their size (<c>G/L</c>) are not among them.
/// </summary>
internal static class UnitSpelling
{
    private static readonly FrozenDictionary<string, string> Words = new (string Ucum, string[] Written)[]
    {
        ("meq/L", ["mEq/L", "MEQ/L", "meq/l", "mEq/l"]),
        ("mmol/L", ["MMOL/L", "mmol/l", "mMol/L", "mmol/Liter"]),
        ("umol/L", ["UMOL/L", "umol/l", "\u00b5mol/L", "\u03bcmol/L", "\u00b5mol/l", "\u03bcmol/l", "mcmol/L"]),
        ("nmol/L", ["NMOL/L", "nmol/l"]),
        ("mg/dL", ["MG/DL", "mg/dl", "mg%"]),
        ("g/dL", ["G/DL", "g/dl", "gm/dL", "gm/dl", "g%"]),
        ("g/L", ["g/l", "gm/L"]),
        ("ng/mL", ["NG/ML", "ng/ml"]),
        ("10*3/uL", ["K/uL", "k/uL", "K/ul", "k/ul", "K/UL", "K/\u00b5L", "K/\u03bcL", "K/mm3", "K/mm^3", "K/cmm",
            "thou/uL", "Thou/uL", "THOU/UL", "thou/mm3", "Thousand/uL", "x10E3/uL", "X10E3/UL", "x10e3/uL",
            "10E3/uL", "10e3/uL", "x10^3/uL", "10^3/uL", "x10*3/uL", "x10(3)/uL", "10(3)/uL", "x103/uL", "x10E3/mm3"]),
        ("10*9/L", ["x10E9/L", "X10E9/L", "x10e9/L", "10E9/L", "10e9/L", "x10^9/L", "10^9/L", "x10*9/L",
            "x10(9)/L", "10(9)/L", "x109/L", "10^9/l"]),
        ("s", ["sec", "secs", "SEC", "seconds"]),
        ("mm[Hg]", ["mmHg", "mm Hg", "MMHG", "mmhg"]),
        ("kPa", ["KPA", "kpa"]),
        ("[pH]", ["pH", "PH", "ph", "pH units"]),
        ("{INR}", ["INR", "inr"]),
    }.SelectMany(unit => unit.Written.Select(written => (written, unit.Ucum))).ToFrozenDictionary(
        each => each.written, each => each.Ucum, StringComparer.Ordinal);

    /// <summary>The UCUM unit that is meant; null: none that is known here.</summary>
    public static string? UcumOf(string written) => Words.GetValueOrDefault(written.Trim());
}
