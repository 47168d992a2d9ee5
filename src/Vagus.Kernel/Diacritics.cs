using System.Text;

namespace Vagus.Kernel;

/// <summary>
/// Letters without their diacritics. The program runs without culture data (InvariantGlobalization), where <c>string.Normalize</c> leaves
/// everything but ASCII as it is, so the first character of each letter's canonical decomposition (Unicode 15) stands here, and strokes
/// (ø, ł, đ), which have none, go the same way because people leave them out the same way.
/// </summary>
public static class Diacritics
{
    private static readonly (int Start, string Letters)[] Blocks =
    [
        // Latin, U+00C0 to U+024F
        (0xC0,
            "AAAAAAÆCEEEEIIIIÐNOOOOO×OUUUUYÞßaaaaaaæceeeeiiiiðnooooo÷ouuuuyþyAaAaAaCcCcCcCcDd"
            + "DdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIiĲĳJjKkĸLlLlLlĿŀLlNnNnNnŉŊŋOoOoOoŒœRrRrRrSsSsSs"
            + "SsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzſbƁƂƃƄƅƆƇƈƉƊƋƌƍƎƏƐƑƒƓƔƕƖƗƘƙƚƛƜƝƞƟOoƢƣƤƥƦƧƨƩƪƫƬƭƮU"
            + "uƱƲƳƴƵƶƷƸƹƺƻƼƽƾƿǀǁǂǃǄǅǆǇǈǉǊǋǌAaIiOoUuUuUuUuUuǝAaAaÆæǤǥGgKkOoOoƷʒjǱǲǳGgǶǷNnAaÆæØø"
            + "AaAaEeEeIiIiOoOoRrRrUuUuSsTtȜȝHhȠȡȢȣȤȥAaEeOoOoOoOoYyȴȵȶȷȸȹȺȻȼȽȾȿɀɁɂɃɄɅɆɇɈɉɊɋɌɍɎɏ"),
        // Greek, U+0386 to U+03CF
        (0x386,
            "Α·ΕΗΙ\u038BΟ\u038DΥΩιΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡ\u03A2ΣΤΥΦΧΨΩΙΥαεηιυαβγδεζηθικλμνξοπρςστυφχψωιυουωϏ"),
        // Cyrillic, U+0400 to U+045F
        (0x400,
            "ЕЕЂГЄЅІІЈЉЊЋКИУЏАБВГДЕЖЗИИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзииклмнопрстуфхцчшщъыьэюя"
            + "ееђгєѕііјљњћкиуџ"),
        // Vietnamese and other Latin, U+1E00 to U+1EFF
        (0x1E00,
            "AaBbBbBbCcDdDdDdDdDdEeEeEeEeEeFfGgHhHhHhHhHhIiIiKkKkKkLlLlLlLlMmMmMmNnNnNnNnOoOo"
            + "OoOoPpPpRrRrRrRrSsSsSsSsSsTtTtTtTtUuUuUuUuUuVvVvWwWwWwWwWwXxXxYyZzZzZzhtwyẚſẜẝẞẟ"
            + "AaAaAaAaAaAaAaAaAaAaAaAaEeEeEeEeEeEeEeEeIiIiOoOoOoOoOoOoOoOoOoOoOoOoUuUuUuUuUuUu"
            + "UuYyYyYyYyỺỻỼỽỾỿ"),
    ];

    /// <summary>The text with bare letters, and without combining marks.</summary>
    public static string Without(string text)
    {
        if (Ascii.IsValid(text)) return text;
        var plain = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            if (Bare(letter) is { } bare) plain.Append(bare);
        }

        return plain.ToString();
    }

    /// <summary>The bare letter, or null for a combining mark.</summary>
    private static char? Bare(char letter)
    {
        if (letter is >= '\u0300' and <= '\u036F') return null;
        foreach (var (start, letters) in Blocks)
        {
            var index = letter - start;
            if (index >= 0 && index < letters.Length) return letters[index];
        }

        return letter;
    }
}
