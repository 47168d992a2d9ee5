using Vagus.Access.Tenants;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Identity.People;

/// <summary>For whom a user may act besides itself, with the instants that its grants and the patients' ages set.</summary>
internal sealed class ReadDependants(Database database, TenantSettings settings, IReadPatients patients)
{
    public async ValueTask<UserRow> Of(UserRow user, DateTimeOffset now, CancellationToken cancel)
    {
        if (user.Role != Role.Patient) return user;
        var grants = await database.Query(
            OfUser,
            [user.Tenant.Value, user.User.Value, now.ToMicroseconds(), (long)Proxies.MaxPerUser],
            row => new Grant(
                new PatientId(row.GetString(0)),
                Instant.FromMicroseconds(row.GetInt64(1)),
                row.GetString(2),
                row.IsDBNull(3) ? DateTimeOffset.MinValue : Instant.FromMicroseconds(row.GetInt64(3)),
                row.IsDBNull(4) ? DateTimeOffset.MaxValue : Instant.FromMicroseconds(row.GetInt64(4))),
            cancel);
        if (grants.Count == 0) return user;

        var ages = ProxyAges.Parse(await settings.Read(user.Tenant, ProxyAges.Setting, cancel));
        var dependants = new List<Dependant>();
        foreach (var grant in grants) dependants.Add(await Dated(user.Tenant, grant, ages, cancel));
        return user with { Dependants = dependants };
    }

    private async ValueTask<Dependant> Dated(TenantId tenant, Grant grant, ProxyAges ages, CancellationToken cancel)
    {
        if (grant.Relationship == ProxyTerms.LegalRepresentative)
            return new Dependant(grant.Patient, grant.From, DateTimeOffset.MaxValue, grant.Until);

        var record = await patients.Find(tenant, grant.Patient, cancel);
        var (limitedFrom, ends) = ages.Of(record?.BirthDate, grant.At);
        return new Dependant(grant.Patient, grant.From, limitedFrom, ends < grant.Until ? ends : grant.Until);
    }

    private sealed record Grant(PatientId Patient, DateTimeOffset At, string Relationship, DateTimeOffset From, DateTimeOffset Until);

    private static readonly Statement OfUser = new("""
        select patient_id, granted_at, relationship, from_at, until_at
        from access_proxy
        where tenant_id = @tenant_id
          and user_id = @user_id
          and confirmed_at is not null
          and (until_at is null or until_at > @now)
        order by patient_id
        limit @limit
        """);
}
