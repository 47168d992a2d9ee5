using Vagus.Storage.Sql;

namespace Vagus.Storage.Writing;

/// <summary>What separates the writes that share a transaction. They run one after the other, so one name is enough.</summary>
internal static class Savepoint
{
    public static readonly Statement Set = new("savepoint one");

    public static readonly Statement RollbackTo = new("rollback to savepoint one");

    public static readonly Statement Release = new("release savepoint one");
}
