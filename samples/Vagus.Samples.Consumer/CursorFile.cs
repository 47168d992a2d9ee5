using System.Globalization;

namespace Vagus.Samples.Consumer;

/// <summary>
/// How far this consumer has read. A consumer with a database keeps it there, and writes it in the same transaction as its work: then an
/// event that comes twice changes nothing.
/// </summary>
internal sealed class CursorFile(string path)
{
    /// <summary>0: from the beginning of the log.</summary>
    public long Read() => File.Exists(path) ? long.Parse(File.ReadAllText(path), CultureInfo.InvariantCulture) : 0;

    public void Write(long sequence)
    {
        var draft = path + ".new";
        File.WriteAllText(draft, sequence.ToString(CultureInfo.InvariantCulture));
        File.Move(draft, path, overwrite: true);
    }
}
