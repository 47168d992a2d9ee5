using Vagus.Kernel;
using Vagus.Storage.Migrations;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Care.Viewing;

/// <summary>
/// Which versions of results a person has opened, and on which day last. A viewing is told once per person, version and day (UTC), so that
/// a page that is loaded again and again does not grow the log. Each access is in the audit nevertheless.
/// </summary>
internal static class Viewings
{
    public static readonly Migration[] Tables =
    [
        new(351, "viewed results", """
            create table care_viewing (
              tenant_id text not null,
              user_id text not null,
              resource text not null,
              day bigint not null,
              primary key (tenant_id, user_id, resource)
            );
            """),
    ];

    /// <summary>True where this viewing is to be told. It is noted in the write that tells it.</summary>
    /// <param name="write">Of the tenant whose result it is.</param>
    /// <param name="by">Who sees it.</param>
    /// <param name="version">The version that is seen, by any name that no other version has.</param>
    /// <param name="cancel">Ends the waiting.</param>
    public static async ValueTask<bool> IsNews(WriteTransaction write, UserId by, string version, CancellationToken cancel) =>
        await write.Execute(Note, [write.Tenant.Value, by.Value, version, DayOf(write.At)], cancel) > 0;

    private static long DayOf(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime).DayNumber;

    private static readonly Statement Note = new("""
        insert into care_viewing (tenant_id, user_id, resource, day)
        values (@tenant_id, @user_id, @resource, @day)
        on conflict (tenant_id, user_id, resource)
          do update set day = excluded.day where care_viewing.day <> excluded.day
        """);
}
