using System.Runtime.InteropServices;

namespace Vagus.Storage.Sql;

/// <summary>Prefers the system's SQLite (3.40 or later, patched by the distribution) over the one the package bundles (3.35.5).</summary>
internal static class SqliteLibrary
{
    private static readonly Lazy<bool> Loaded = new(Map);

    public static void Load() => _ = Loaded.Value;

    private static bool Map()
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLitePCL.SQLite3Provider_e_sqlite3).Assembly, Resolve);
        SQLitePCL.Batteries_V2.Init();
        return true;
    }

    private static nint Resolve(string name, System.Reflection.Assembly assembly, DllImportSearchPath? path) =>
        name == "e_sqlite3" && NativeLibrary.TryLoad("libsqlite3.so.0", out var system) ? system : nint.Zero;
}
