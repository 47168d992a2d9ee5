using System.Data.Common;
using System.Diagnostics;

namespace Vagus.Kernel;

/// <summary>
/// What a log line says of an exception: what it is and where it was thrown. Its message stays out: many of .NET's and the database's
/// messages repeat the value that failed, and that may be a patient's.
/// </summary>
public static class FailureName
{
    /// <summary>
    /// The types from the outside in, with the SQLSTATE of a database's error, and the method:
    /// <c>NpgsqlException 08006/TimeoutException in Vagus.Storage.Sql.Database.Query</c>.
    /// </summary>
    public static string Of(Exception cause) => $"{CauseOf(cause)} in {PlaceOf(cause)}";

    /// <summary>The types alone.</summary>
    public static string CauseOf(Exception cause)
    {
        var name = cause is DbException { SqlState: { } state } ? $"{cause.GetType().Name} {state}" : cause.GetType().Name;
        return cause.InnerException is { } inner ? $"{name}/{CauseOf(inner)}" : name;
    }

    /// <summary>The method that threw it.</summary>
    public static string PlaceOf(Exception cause)
    {
        var method = new StackTrace(cause, fNeedFileInfo: false).GetFrame(0)?.GetMethod();
        return $"{method?.DeclaringType?.FullName}.{method?.Name}";
    }
}
