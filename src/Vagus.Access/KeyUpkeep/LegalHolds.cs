using Vagus.Access.Audit;
using Vagus.Access.Vault;
using Vagus.Kernel;
using Vagus.Storage.Apart;
using Vagus.Storage.Sql;

namespace Vagus.Access.KeyUpkeep;

/// <summary>
/// What may not be destroyed and for how long: legal holds, and the retention of each type of scope after its last use. They lie beside the
/// keys, so that a destruction and the hold that forbids it cannot miss each other. The audit, in the database of the facts, has the entry
/// first.
/// </summary>
public sealed class LegalHolds
{
    private readonly ApartDatabase database;
    private readonly IdSource ids;
    private readonly AuditTrail audit;
    private readonly TimeProvider clock;

    internal LegalHolds(ApartDatabase database, IdSource ids, AuditTrail audit, TimeProvider clock) =>
        (this.database, this.ids, this.audit, this.clock) = (database, ids, audit, clock);

    /// <summary>As the operator.</summary>
    public ValueTask<Result<string>> Place(
        TenantId tenant, string? scopeType, string? scopeId, string matter, CancellationToken cancel) =>
        Place(AuditActor.Operator, tenant, (scopeType, scopeId), matter, cancel);

    /// <summary>Holds one scope, all scopes of a type (no id), or the tenant as a whole (no type), and answers the hold's id.</summary>
    /// <param name="by">Who places it.</param>
    /// <param name="tenant">Whose keys.</param>
    /// <param name="scope">Without a type: every type. Without an id: every scope of the type.</param>
    /// <param name="matter">The reference of the legal matter, such as a file number; no patient data.</param>
    /// <param name="cancel">Ends the wait.</param>
    public async ValueTask<Result<string>> Place(
        AuditActor by, TenantId tenant, (string? Type, string? Id) scope, string matter, CancellationToken cancel)
    {
        if (string.IsNullOrWhiteSpace(matter) || matter.Length > MaxMatter || scope is { Type: null, Id: not null }) return BadHold;
        var id = ids.NewId();
        var entry = by.Entry(AuditActions.PlaceHold) with
        {
            On = $"LegalHold/{id}", Detail = $"scope={scope.Type ?? "*"}/{scope.Id ?? "*"},matter={matter}",
        };
        if (await audit.Append(tenant, entry) is { } unrecorded) return unrecorded;
        await database.Write(
            (session, token) => session.Execute(
                Insert, [tenant.Value, id, scope.Type ?? "", scope.Id ?? "", matter, clock.GetUtcNow().ToMicroseconds()], token),
            cancel);
        return id;
    }

    /// <summary>As the operator.</summary>
    public ValueTask<Result<string>> Release(TenantId tenant, string holdId, CancellationToken cancel) =>
        Release(AuditActor.Operator, tenant, holdId, cancel);

    public async ValueTask<Result<string>> Release(AuditActor by, TenantId tenant, string holdId, CancellationToken cancel)
    {
        if ((await List(tenant, cancel)).TrueForAll(hold => hold.Id != holdId)) return NoHold;
        var entry = by.Entry(AuditActions.ReleaseHold) with { On = $"LegalHold/{holdId}" };
        if (await audit.Append(tenant, entry) is { } unrecorded) return unrecorded;
        var released = await database.Write(
            (session, token) => session.Execute(End, [clock.GetUtcNow().ToMicroseconds(), tenant.Value, holdId], token), cancel);
        return released == 1 ? holdId : NoHold;
    }

    public ValueTask<List<LegalHold>> List(TenantId tenant, CancellationToken cancel) => database.Query(
        Select, [tenant.Value],
        row => new LegalHold(
            row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), Instant.FromMicroseconds(row.GetInt64(4))),
        cancel);

    /// <summary>How long the keys of this type of scope are kept after their last use.</summary>
    public async ValueTask<Result<string>> SetRetention(TenantId tenant, string scopeType, long days, CancellationToken cancel)
    {
        if (days is < 0 or > MaxDays) return BadDays;
        var entry = KeyEntries.Of(AuditActions.RetainKeys, $"KeyScope/{scopeType}", $"days={days}");
        if (await audit.Append(tenant, entry) is { } unrecorded) return unrecorded;
        await database.Write((session, token) => session.Execute(SetDays, [tenant.Value, scopeType, days], token), cancel);
        return scopeType;
    }

    private const int MaxMatter = 200;
    private const long MaxDays = 36_525;

    private static readonly Refusal BadHold = new(
        RefusalKind.Unprocessable, "invalid_hold", $"A hold has a matter of at most {MaxMatter} characters, and an id only with a type.");

    private static readonly Refusal NoHold = new(RefusalKind.NotFound, "no_such_hold", "The tenant has no such hold in force.");

    private static readonly Refusal BadDays = new(
        RefusalKind.Unprocessable, "invalid_days", $"A retention has 0 to {MaxDays} days.");

    private static readonly Statement Insert = new("""
        insert into legal_hold (tenant_id, hold_id, scope_type, scope_id, matter, placed_at)
        values (@tenant_id, @hold_id, @scope_type, @scope_id, @matter, @placed_at)
        """);

    private static readonly Statement End = new("""
        update legal_hold
        set released_at = @released_at
        where tenant_id = @tenant_id
          and hold_id = @hold_id
          and released_at is null
        """);

    private static readonly Statement Select = new("""
        select hold_id, scope_type, scope_id, matter, placed_at
        from legal_hold
        where tenant_id = @tenant_id
          and released_at is null
        order by placed_at, hold_id
        """);

    private static readonly Statement SetDays = new("""
        insert into key_retention (tenant_id, scope_type, days)
        values (@tenant_id, @scope_type, @days)
        on conflict (tenant_id, scope_type) do update set days = excluded.days
        """);
}

/// <summary>A hold in force. Empty type or id: all of them.</summary>
public sealed record LegalHold(string Id, string ScopeType, string ScopeId, string Matter, DateTimeOffset PlacedAt);
