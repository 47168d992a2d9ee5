using System.Data.Common;
using Vagus.Kernel;
using Vagus.Storage.Sql;

namespace Vagus.Storage.Writing;

/// <summary>
/// A log per tenant beside the events, whose entries get their places when a group of writes commits: one call for each tenant of the
/// group, after its writes and in the transaction that commits them. Another room implements it and owns its tables.
/// </summary>
public abstract class LeafLog
{
    /// <summary>
    /// How the names of its tables begin: a query that names one of them sees every leaf that was acknowledged before it.
    /// </summary>
    public abstract string TablePrefix { get; }

    /// <summary>
    /// Puts the leaves at the end of the tenant's log, in this order. After an exception the group runs again a tenant at a time, and
    /// nothing of this tenant is acknowledged.
    /// </summary>
    public abstract ValueTask Append(GroupEnd end, TenantId tenant, IReadOnlyList<Leaf> leaves);
}

/// <summary>What a <see cref="LeafLog"/> may do at the end of a group. Its rows and statements are sent together, before the commit.</summary>
public sealed class GroupEnd
{
    private readonly WriteGroup group;
    private readonly List<(Statement Statement, object?[] Values)> statements = [];

    internal GroupEnd(WriteGroup group, DateTimeOffset at) => (this.group, At) = (group, at);

    /// <summary>The instant of the group: that of its writes.</summary>
    public DateTimeOffset At { get; }

    internal IReadOnlyList<(Statement Statement, object?[] Values)> Statements => statements;

    /// <summary>Asks at once. It does not see what is inserted and queued here, nor rows of the writes that still wait.</summary>
    public ValueTask<List<T>> Query<T>(Statement statement, object?[] values, Func<DbDataReader, T> row) =>
        group.Session.Query(statement, values, row, CancellationToken.None);

    public void Insert(InsertInto into, params object?[] values) => group.Rows.Add(into, values);

    /// <summary>Sent after the rows.</summary>
    public void Queue(Statement statement, params object?[] values) => statements.Add((statement, values));
}
