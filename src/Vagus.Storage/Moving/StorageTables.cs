namespace Vagus.Storage.Moving;

/// <summary>The tables of this room that are not moved as they are.</summary>
internal static class StorageTables
{
    public static readonly MovedTable[] All =
    [
        new("schema_migration") { Stays = "It tells of this database's schema." },
        new("log_floor") { Stays = "It tells of restores of this database." },
        new("consumer_node") { Stays = "It names processes." },
        new("consumer_lease") { Stays = "It names processes." },
        new("installation") { Stays = "It names this installation." },
        new("place_mark") { Stays = "It tells whose this database of keys is." },
        new("leaf_journal") { Stays = "It names files beside this database." },
        new("tenant_stop") { Stays = "Each database has its own." },
        new("tenant_arrival") { Stays = "It tells how far a move has come." },
        // Consumers, feeds and duties learn of a tenant by the head of its log.
        new("log_head") { Order = MoveOrder.Last },
    ];
}
