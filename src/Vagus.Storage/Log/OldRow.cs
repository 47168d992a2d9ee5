using System.Data.Common;
using Vagus.Kernel;

namespace Vagus.Storage.Log;

/// <summary>Texts of a row from before step 4, which has a column for each. Such rows go with their retention.</summary>
internal static class OldRow
{
    /// <summary>The columns follow those of every row.</summary>
    public static PackedEvent Read(DbDataReader row) => new(
        BodyForm.Whole,
        EventId: row.GetString(1),
        TraceParent: Text(row, 19),
        CorrelationId: Text(row, 18),
        UserId: Text(row, 16),
        PortalType: Text(row, 17),
        Resource: Text(row, 15),
        PatientsOf(row));

    private static PatientId[] PatientsOf(DbDataReader row)
    {
        if (Text(row, 13) is not { } first) return [];
        return Text(row, 14) is { } all ? PatientList.Parse(all) : [new PatientId(first)];
    }

    private static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
