using System.Runtime.InteropServices;

namespace Vagus.Messaging.Searching;

/// <summary>What a text of the index is: a message, a note, or the subject of a thread.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TextId(char Kind, string Id)
{
    public const char MessageKind = 'm';
    public const char NoteKind = 'n';
    public const char SubjectKind = 's';

    public static TextId Message(string id) => new(MessageKind, id);

    public static TextId Note(string id) => new(NoteKind, id);

    public static TextId Subject(string thread) => new(SubjectKind, thread);

    public static TextId Parse(string text) => new(text[0], text[1..]);

    public override string ToString() => $"{Kind}{Id}";
}
