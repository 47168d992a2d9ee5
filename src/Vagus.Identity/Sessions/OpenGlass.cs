using System.Data.Common;
using Vagus.Access.Audit;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.Sessions;

/// <summary>What a session has open in an emergency, as a row that has not ended; and its end inside a write.</summary>
internal sealed record OpenGlass(string Id, SessionId Session, UserId User, Role? Role, PatientId Patient, string Purpose)
{
    /// <summary>The columns that <see cref="Map"/> reads.</summary>
    public const string Columns = "glass_id, session_id, user_id, role, patient_id, purpose";

    public static OpenGlass Map(DbDataReader row, int first) => new(
        row.GetString(first), new SessionId(row.GetString(first + 1)), new UserId(row.GetString(first + 2)),
        Roles.Parse(row.GetString(first + 3)), new PatientId(row.GetString(first + 4)), row.GetString(first + 5));

    public static ValueTask<List<OpenGlass>> OfSession(WriteTransaction write, SessionId session, CancellationToken cancel) =>
        write.Query(Find, [write.Tenant.Value, session.Value], row => Map(row, first: 0), cancel);

    /// <summary>Within the write that ends the session.</summary>
    public static async ValueTask EndWith(WriteTransaction write, SessionId session, CancellationToken cancel)
    {
        foreach (var open in await OfSession(write, session, cancel)) await open.End(write, "session-end", AuditOrigin.Unknown, cancel);
    }

    /// <summary>False where it had ended before.</summary>
    public async ValueTask<bool> End(WriteTransaction write, string by, AuditOrigin origin, CancellationToken cancel)
    {
        if (await write.Execute(EndOne, [write.At.ToMicroseconds(), by, write.Tenant.Value, Id], cancel) == 0) return false;
        AuditTrail.Add(write, AuditEntry.Of(AuditActions.EndBreakGlass, origin) with
        {
            User = User,
            Role = Role,
            Session = Session,
            Purpose = Purpose,
            On = $"Patient/{Patient}",
            Patients = [Patient],
            Detail = $"break-glass={Id},by={by}",
        });
        return true;
    }

    /// <summary>What the write that ends it changes, as the watch of every process reads it.</summary>
    public GlassChange ChangeIn(WriteTransaction write) => new(Id, HasEnded: true, write.At.ToMicroseconds(), write.Tenant, Session);

    private static readonly Statement Find = new($"""
        select {Columns}
        from access_break_glass
        where tenant_id = @tenant_id
          and session_id = @session_id
          and ended_at is null
        order by begun_at
        """);

    private static readonly Statement EndOne = new("""
        update access_break_glass
        set ended_at = @ended_at, changed_at = @ended_at, ended_why = @ended_why
        where tenant_id = @tenant_id
          and glass_id = @glass_id
          and ended_at is null
        """);
}
