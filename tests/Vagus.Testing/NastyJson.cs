using System.Text;

namespace Vagus.Testing;

/// <summary>
/// JSON texts that a parser of ours may meet, made of good ones: bent at the level of tokens (names, strings, numbers, nesting) or of
/// bytes. Equal seeds give equal texts. Most are no longer what they were; some still are JSON, and some still valid.
/// </summary>
public sealed class NastyJson(int seed)
{
    private static readonly string[] Insides =
    [
        "\\ud800", "\\udc00", "\\udc00\\ud800", "\\ud83d\\ude00", "x\\ud800", "\\ud800\\u0041", "\\u0000", "a\\u0000b", "\\u0008",
        "\\u001f", "\\uffff", "\\ufeff",
        "\\u202e", "\\/", "\\\\", "\\\"", "\\t", "\\q", "\\u12", "\\u", "\\", "\u0001", "\n", "é", "😀", "\u2028", " ", "", "null",
        "../..", "<script>", "%", "'", "$1", "@p1",
        "urn:uuid:", "#", "Patient/", "Patient?", "/", "|", "2026-02-30", "9999-12-31T23:59:60+14:00", "-", "1e9",
    ];

    private static readonly string[] Numbers =
    [
        "0", "-0", "1e400", "-1e400", "1e-400", "1E+308", "01", "1.", ".5", "+1", "0x10", "NaN", "Infinity", "9223372036854775808",
        "-9223372036854775809",
        "79228162514264337593543950336", "2147483648", "0." + new string('3', 400), new string('9', 5_000), "1e99999999999",
    ];

    private static readonly string[] Values = ["null", "true", "false", "{}", "[]", "\"\"", "[null]", "[[]]", "{\"\":{}}", "[{}]", "7",
        "\"x\""];

    private static readonly byte[][] Bytes =
    [
        [0x00], [0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xED, 0xB0, 0x80], [0xF4, 0x90, 0x80, 0x80],
        [0xF8, 0x88, 0x80, 0x80, 0x80], [0xEF, 0xBB, 0xBF],
        [0xFE, 0xFF], [(byte)'"'], [(byte)'\\'], [(byte)'{'], [(byte)'}'], [(byte)','], [(byte)':'], [0x0B], [0x7F], [0xE2, 0x80, 0xA8],
    ];

    private readonly Random random = new(seed);

    public int Seed => seed;

    /// <summary>One of the texts, bent once to four times.</summary>
    public byte[] Next(params ReadOnlySpan<string> valid)
    {
        var text = valid[random.Next(valid.Length)];
        var tokens = Tokens(text);
        for (var bends = random.Next(1, 4); bends > 0 && tokens.Count > 0; bends--) Bend(tokens);
        var bytes = Encoding.UTF8.GetBytes(string.Concat(tokens));
        return random.Next(4) == 0 ? BendBytes(bytes) : bytes;
    }

    /// <summary>The inside of a JSON string that is likely to be trouble, for texts that are put together elsewhere.</summary>
    public string Inside() => random.Next(12) == 0 ? new string('x', random.Next(1, 70_000)) : Pick(Insides);

    private void Bend(List<string> tokens)
    {
        var at = random.Next(tokens.Count);
        switch (random.Next(9))
        {
            case 0:
                tokens.RemoveAt(at);
                break;
            case 1:
                tokens.Insert(at, tokens[random.Next(tokens.Count)]);
                break;
            case 2:
                tokens[at] = Pick(Numbers);
                break;
            case 3:
                tokens[at] = Pick(Values);
                break;
            case 4:
                Nest(tokens, at);
                break;
            case 5:
                Duplicate(tokens);
                break;
            case 6:
                Respell(tokens);
                break;
            default:
                Infect(tokens);
                break;
        }
    }

    // A string, name or value alike, gets something into it.
    private void Infect(List<string> tokens)
    {
        if (Find(tokens, token => token[0] == '"') is not { } at) return;
        var inside = tokens[at][1..^1];
        var cut = random.Next(inside.Length + 1);
        tokens[at] = random.Next(3) == 0 ? $"\"{Inside()}\"" : $"\"{inside[..cut]}{Inside()}{inside[cut..]}\"";
    }

    // The same string, one of its letters as an escape: the same name to a parser, another one to whoever compares bytes.
    private void Respell(List<string> tokens)
    {
        if (Find(tokens, token => token.Length > 2 && token[0] == '"' && !token.Contains('\\')) is not { } at) return;
        var letter = random.Next(1, tokens[at].Length - 1);
        tokens[at] = $"{tokens[at][..letter]}\\u{(int)tokens[at][letter]:x4}{tokens[at][(letter + 1)..]}";
    }

    // A property once more, as it is or spelled with an escape.
    private void Duplicate(List<string> tokens)
    {
        if (Find(tokens, token => token == ":") is not { } colon || colon == 0) return;
        List<string> again = [tokens[colon - 1], ":", random.Next(2) == 0 ? "null" : Pick(Values), ","];
        if (random.Next(2) == 0) Respell(again);
        tokens.InsertRange(colon - 1, again);
    }

    private void Nest(List<string> tokens, int at)
    {
        var depth = random.Next(4) switch { 0 => 10_000, 1 => 200, _ => random.Next(1, 66) };
        var objects = random.Next(2) == 0;
        tokens.Insert(at, string.Concat(Enumerable.Repeat(objects ? "{\"a\":" : "[", depth)));
        tokens.Insert(Math.Min(tokens.Count, at + random.Next(1, 3)), string.Concat(Enumerable.Repeat(objects ? "}" : "]", depth)));
    }

    private byte[] BendBytes(byte[] text)
    {
        var bytes = new List<byte>(text);
        for (var bends = random.Next(1, 5); bends > 0 && bytes.Count > 0; bends--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 12), bytes.Count - at));
                    break;
                case 2:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.Slice(at, Math.Min(random.Next(1, 40), bytes.Count - at)));
                    break;
                default:
                    bytes.InsertRange(at, Bytes[random.Next(Bytes.Length)]);
                    break;
            }
        }

        return [.. bytes];
    }

    private int? Find(List<string> tokens, Predicate<string> wanted)
    {
        var at = tokens.FindIndex(random.Next(tokens.Count), wanted);
        if (at < 0) at = tokens.FindIndex(wanted);
        return at < 0 ? null : at;
    }

    private string Pick(string[] from) => from[random.Next(from.Length)];

    // Strings, punctuation, and what stands between: enough for texts that are good.
    private static List<string> Tokens(string json)
    {
        var tokens = new List<string>();
        for (var at = 0; at < json.Length;)
        {
            var start = at++;
            if (json[start] == '"')
            {
                while (json[at] != '"') at += json[at] == '\\' ? 2 : 1;
                at++;
            }
            else if (!"{}[],:".Contains(json[start]))
            {
                while (at < json.Length && !"{}[],:\"".Contains(json[at])) at++;
            }

            tokens.Add(json[start..at]);
        }

        return tokens;
    }
}
