using System.Data.Common;
using System.Text.Json;
using Vagus.Access.Authorization;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;

namespace Vagus.Identity.People;

/// <summary>The seam of Access for rooms that do not know accounts.</summary>
internal sealed class FindUsers(Database database, ReadDependants dependants, TimeProvider clock) : IFindUsers
{
    public ValueTask<UserFacts?> Find(IRunQueries queries, TenantId tenant, UserId user, CancellationToken cancel) =>
        queries.QueryOne(ById, [tenant.Value, user.Value], Map, cancel);

    public async ValueTask<IReadOnlyList<UserFacts>> Find(
        IRunQueries queries, TenantId tenant, IReadOnlyList<string> users, CancellationToken cancel) =>
        (await queries.Query(ByIds, [tenant.Value, JsonSerializer.Serialize(users)], Map, cancel)).FindAll(user => !user.IsDisabled);

    public ValueTask<UserFacts?> OfPractitioner(IRunQueries queries, TenantId tenant, string practitioner, CancellationToken cancel) =>
        queries.QueryOne(ByPractitioner, [tenant.Value, practitioner], Map, cancel);

    public async ValueTask<IReadOnlyList<UserFacts>> WithRole(
        IRunQueries queries, TenantId tenant, Role role, int atMost, CancellationToken cancel) =>
        await queries.Query(ByRole, [tenant.Value, role.Name(), (long)atMost], Map, cancel);

    public ValueTask<UserFacts?> Known(TenantId tenant, UserId user, CancellationToken cancel) =>
        database.QueryOne(EvenDisabled, [tenant.Value, user.Value], Map, cancel);

    public async ValueTask<IReadOnlyList<UserFacts>> Known(TenantId tenant, IReadOnlyList<string> users, CancellationToken cancel) =>
        users.Count == 0 ? [] : await database.Query(ByIds, [tenant.Value, JsonSerializer.Serialize(users)], Map, cancel);

    public async ValueTask<IReadOnlyList<UserFacts>> OfPractitioners(
        IRunQueries queries, TenantId tenant, IReadOnlyList<string> practitioners, CancellationToken cancel) =>
        practitioners.Count == 0 ? [] : await queries.Query(
            ByPractitioners, [tenant.Value, JsonSerializer.Serialize(practitioners)], Map, cancel);

    public ValueTask<UserFacts?> OfPatient(TenantId tenant, PatientId patient, CancellationToken cancel) =>
        database.QueryOne(ByPatient, [tenant.Value, patient.Value], Map, cancel);

    public async ValueTask<IReadOnlyList<UserId>> ActingFor(
        IRunQueries queries, TenantId tenant, PatientId patient, DateTimeOffset at, CancellationToken cancel) =>
        await queries.Query(
            ForPatient, [tenant.Value, patient.Value, at.ToMicroseconds()], row => new UserId(row.GetString(0)), cancel);

    public async ValueTask<IReadOnlyList<UserFacts>> Named(
        TenantId tenant, string text, IReadOnlyList<Role> roles, int atMost, CancellationToken cancel)
    {
        // Compared here: of letters beyond ASCII SQLite folds none, and PostgreSQL what its locale knows. A tenant's staff are thousands.
        var asked = Folded(text);
        var all = await database.Query(
            OfRoles, [tenant.Value, JsonSerializer.Serialize(roles.Select(role => role.Name()))], Map, cancel);
        return
        [
            .. all.Select(user => (User: user, Name: Folded(user.Name)))
                .Where(each => each.Name.Contains(asked, StringComparison.Ordinal))
                .OrderBy(each => each.Name, StringComparer.Ordinal).ThenBy(each => each.User.User.Value, StringComparer.Ordinal)
                .Take(atMost).Select(each => each.User),
        ];
    }

    public async ValueTask<Caller?> CallerOf(TenantId tenant, UserId user, CancellationToken cancel)
    {
        if (await database.QueryOne(Whole, [tenant.Value, user.Value], UserRow.Map, cancel) is not { } row) return null;
        var now = clock.GetUtcNow();
        return (await dependants.Of(row, now, cancel)).CallerIn(new SessionId(""), now);
    }

    public async ValueTask<IReadOnlyDictionary<string, string>> NamesOf(
        TenantId tenant, IReadOnlyList<string> users, CancellationToken cancel)
    {
        if (users.Count == 0) return new Dictionary<string, string>();
        var found = await database.Query(
            Names, [tenant.Value, JsonSerializer.Serialize(users)], row => (Id: row.GetString(0), Name: row.GetString(1)), cancel);
        return found.ToDictionary(each => each.Id, each => each.Name, StringComparer.Ordinal);
    }

    private static string Folded(string text) => Diacritics.Without(text).ToLowerInvariant();

    private static UserFacts Map(DbDataReader row) =>
        new(new UserId(row.GetString(0)), row.GetString(1), Roles.Parse(row.GetString(2)) ?? Role.Service)
        {
            Practitioner = row.IsDBNull(3) ? null : row.GetString(3),
            Patient = row.IsDBNull(4) ? null : new PatientId(row.GetString(4)),
            IsDisabled = row.GetBoolean(5),
            SeesLabels = (Sensitivity)row.GetInt64(6),
        };

    private const string Columns = "u.user_id, u.display_name, u.role, u.practitioner_id, u.patient_id, u.disabled, u.labels";

    private static readonly Statement ById = new($"""
        select {Columns}
        from access_user u
        where u.tenant_id = @tenant_id
          and u.user_id = @user_id
          and not u.disabled
        """);

    private static readonly Statement Whole = new($"""
        select {UserRow.Columns}
        from access_user u
        where u.tenant_id = @tenant_id
          and u.user_id = @user_id
          and not u.disabled
        """);

    private static readonly Statement ByPractitioner = new($"""
        select {Columns}
        from access_user u
        where u.tenant_id = @tenant_id
          and u.practitioner_id = @practitioner_id
          and u.role <> 'patient'
          and not u.disabled
        order by u.created_at, u.user_id
        limit 1
        """);

    private static readonly Statement ByRole = new($"""
        select {Columns}
        from access_user u
        where u.tenant_id = @tenant_id
          and u.role = @role
          and not u.disabled
        order by u.created_at, u.user_id
        limit @limit
        """);

    private static readonly Statement EvenDisabled = new($"""
        select {Columns}
        from access_user u
        where u.tenant_id = @tenant_id
          and u.user_id = @user_id
        """);

    private static readonly Statement ByIds = ListSql.With(list => $"""
        select {Columns}
        from access_user u
        where u.tenant_id = @tenant_id
          and u.user_id in ({list("users")})
        order by u.user_id
        """);

    private static readonly Statement ByPractitioners = ListSql.With(list => $"""
        select {Columns}
        from access_user u
        where u.tenant_id = @tenant_id
          and u.practitioner_id in ({list("practitioners")})
          and u.disabled = false
        order by u.user_id
        """);

    private static readonly Statement ByPatient = new($"""
        select {Columns}
        from access_user u
        where u.tenant_id = @tenant_id
          and u.patient_id = @patient_id
          and u.role = 'patient'
          and u.disabled = false
        order by u.user_id
        limit 1
        """);

    private static readonly Statement ForPatient = new("""
        select u.user_id
        from access_user u
        where u.tenant_id = @tenant_id
          and u.role = 'patient'
          and not u.disabled
          and (u.patient_id = @patient_id or exists (
            select 1
            from access_proxy p
            where p.tenant_id = u.tenant_id
              and p.user_id = u.user_id
              and p.patient_id = @patient_id
              and p.confirmed_at is not null
              and (p.from_at is null or p.from_at <= @at)
              and (p.until_at is null or p.until_at > @at)))
        order by u.user_id
        """);

    private static readonly Statement OfRoles = ListSql.With(list => $"""
        select {Columns}
        from access_user u
        where u.tenant_id = @tenant_id
          and u.role in ({list("roles")})
          and u.disabled = false
        order by u.user_id
        """);

    private static readonly Statement Names = ListSql.With(list => $"""
        select u.user_id, u.display_name
        from access_user u
        where u.tenant_id = @tenant_id
          and u.user_id in ({list("users")})
        order by u.user_id
        """);
}
