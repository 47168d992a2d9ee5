using System.Runtime.InteropServices;
using Vagus.Storage.Apart;
using Vagus.Storage.Files;
using Vagus.Storage.Sql;

namespace Vagus.Storage.Moving;

/// <summary>Where a mark was found.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct FoundMark(bool InKeys, bool InFiles);

/// <summary>
/// Marks in an installation's database of keys and in its store of files. Whether two installations have the same one is told by a mark
/// that one writes and the other finds: one database has many addresses, one folder many paths.
/// </summary>
internal sealed class PlaceMarks(ApartDatabase keys, IBlobStore files)
{
    public async ValueTask Write(string mark, CancellationToken cancel)
    {
        await keys.Write((session, token) => session.Execute(Insert, [mark], token), cancel);
        await files.WriteMark(mark, mark, cancel);
    }

    public async ValueTask<FoundMark> Find(string mark, CancellationToken cancel)
    {
        var inKeys = await keys.QueryOne(One, [mark], row => row.GetString(0), cancel) is not null;
        return new FoundMark(inKeys, await files.ReadMark(mark, cancel) is not null);
    }

    public async ValueTask Remove(string mark, CancellationToken cancel)
    {
        await keys.Write((session, token) => session.Execute(Delete, [mark], token), cancel);
        await files.RemoveMark(mark, cancel);
    }

    private static readonly Statement Insert = new("""
        insert into place_mark (mark)
        values (@mark)
        on conflict (mark) do nothing
        """);

    private static readonly Statement One = new("""
        select mark
        from place_mark
        where mark = @mark
        """);

    private static readonly Statement Delete = new("""
        delete from place_mark
        where mark = @mark
        """);
}
