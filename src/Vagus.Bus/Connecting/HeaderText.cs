using System.Globalization;
using System.Text;

namespace Vagus.Bus.Connecting;

/// <summary>
/// A text as the value of a header: printable ASCII stays, all else is percent-encoded UTF-8, with the blank, the double quote and the
/// percent sign (CloudEvents, HTTP binding 3.1.3.2, which that for NATS refers to). No value can end its line.
/// </summary>
internal static class HeaderText
{
    public static string Write(string value)
    {
        if (value.All(IsPlain)) return value;
        var text = new StringBuilder(value.Length + 16);
        foreach (var octet in Encoding.UTF8.GetBytes(value))
        {
            if (IsPlain((char)octet)) text.Append((char)octet);
            else text.Append(CultureInfo.InvariantCulture, $"%{octet:X2}");
        }

        return text.ToString();
    }

    private static bool IsPlain(char c) => c is > ' ' and <= '~' and not ('"' or '%');
}
