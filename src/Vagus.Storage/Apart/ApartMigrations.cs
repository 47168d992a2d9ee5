using Vagus.Storage.Migrations;

namespace Vagus.Storage.Apart;

/// <summary>What every database apart has beside the tables of its owner.</summary>
internal static class ApartMigrations
{
    public static readonly Migration[] All =
    [
        // By a mark that one installation writes and another one finds, a move knows that both have this database.
        new(10, "marks", """
            create table place_mark (
              mark text primary key
            );
            """),
    ];
}
