using System.Text;

namespace Vagus.Storage.Log;

/// <summary>
/// Pieces of event data that many events have, each with the byte that stands for it in a row. The bytes are in databases: a word is never
/// changed or taken away, and a new one gets a byte that is free. A word may hold the marks of <see cref="PackedBody"/>.
/// </summary>
internal static class EventWords
{
    // The longer ones first: they have shorter ones within them. 9, 10 and 13 are white space of JSON.
    public static readonly (byte Mark, byte[] Word)[] All =
    [
        Word(8, "\"vitals\":[{\"resource\":\"\u0001\",\"name\":\""),
        Word(3, "{\"patientId\":\"\u0002\",\"resource\":\"\u0001\","),
        Word(5, "\",\"system\":\"http://loinc.org\",\"display\":\""),
        Word(6, "\",\"system\":\""),
        Word(7, "\",\"display\":\""),
        Word(18, "\"orderingProviderId\":"),
        Word(17, "\"patientName\":"),
        Word(14, "\"encounterId\":"),
        Word(15, "\"recordedAt\":\""),
        Word(19, "\"providerId\":"),
        Word(26, "\"patientId\":\""),
        Word(25, "\"resource\":\""),
        Word(22, "\"testName\":\""),
        Word(21, "\"issuedAt\":\""),
        Word(20, "\"orderId\":"),
        Word(12, "},\"value\":"),
        Word(16, "\"status\":\""),
        Word(11, ",\"unit\":\""),
        Word(4, "{\"code\":\""),
        Word(23, "\"code\":"),
        Word(27, "Id\":\""),
        Word(24, "null,"),
    ];

    private static readonly byte[]?[] ByMark = MakeByMark();

    public static byte[] Of(byte mark) =>
        ByMark[mark] ?? throw new InvalidDataException($"A packed body has the unknown mark {mark}.");

    private static (byte Mark, byte[] Word) Word(byte mark, string text) => (mark, Encoding.UTF8.GetBytes(text));

    private static byte[]?[] MakeByMark()
    {
        var byMark = new byte[]?[32];
        foreach (var (mark, word) in All) byMark[mark] = word;
        return byMark;
    }
}
