using System.Data.Common;
using System.Text.Json.Serialization;
using Vagus.Access.Audit;
using Vagus.Access.Sessions;
using Vagus.Access.Tenants;
using Vagus.Identity.Passwords;
using Vagus.Identity.People;
using Vagus.Identity.Sessions;
using Vagus.Identity.Tokens;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.Administration;

/// <summary>A secret that was made: it is shown once and kept as its hash.</summary>
public sealed record ServiceSecret(string ClientId, string SecretId, string ClientSecret, DateTimeOffset? ExpiresAt);

/// <summary>A secret as it is listed.</summary>
public sealed record ServiceSecretView(
    string SecretId, DateTimeOffset CreatedAt, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? CreatedBy,
    DateTimeOffset? ExpiresAt);

/// <summary>
/// Accounts of programs: users with the role <c>service</c>, without a password that anybody knows. Each has up to five client secrets, so
/// that one is replaced while another is in use. The account of an application has none: a secret would sign it in without the scopes of
/// the application, and after it was disabled.
/// </summary>
public sealed class ServiceAccounts
{
    public const int MaxSecrets = 5;
    private readonly Database database;
    private readonly GroupCommit commit;
    private readonly PasswordHashing hashing;
    private readonly SessionAuthentication sessions;
    private readonly IdSource ids;

    internal ServiceAccounts(
        Database database, GroupCommit commit, PasswordHashing hashing, SessionAuthentication sessions, IdSource ids) =>
        (this.database, this.commit, this.hashing, this.sessions, this.ids) = (database, commit, hashing, sessions, ids);

    /// <summary>A new account with its first secret.</summary>
    public async ValueTask<Result<ServiceSecret>> Add(
        AuditActor by, TenantId tenant, NewServiceAccount service, CancellationToken cancel)
    {
        var id = service.Id ?? ids.NewId();
        if (!ChosenId.IsValid(id)) return ChosenId.Refuse("service account");
        var user = new NewUser(tenant, UserRow.AddressOfService(id), service.Name, Role.Service) { SeesLabels = service.SeesLabels };
        if (AddUser.Check(user) is { } refusal) return refusal;

        var hash = hashing.Hash(ids.NewSecret());
        return await commit.Write<ServiceSecret>(
            tenant,
            async (write, token) =>
            {
                if (await AddUser.Store(write, user, id, hash, token) is { } taken) return taken;
                AuditTrail.Add(write, AddUser.EntryOf(by, user, new UserId(id)));
                return await Issue(write, by, id, service.ExpiresAt, token);
            },
            cancel);
    }

    public ValueTask<Result<ServiceSecret>> AddSecret(
        AuditActor by, TenantId tenant, UserId service, DateTimeOffset? expiresAt, CancellationToken cancel) =>
        commit.Write<ServiceSecret>(
            tenant,
            async (write, token) =>
            {
                var there = await write.QueryOne(
                    Count, [tenant.Value, service.Value], row => (Accounts: row.GetInt64(0), Secrets: row.GetInt64(1)), token);
                if (there.Accounts == 0) return NoService;
                return there.Secrets >= MaxSecrets ? TooManySecrets : await Issue(write, by, service.Value, expiresAt, token);
            },
            cancel);

    /// <summary>The secret signs nobody in any more, and the sessions that it has opened end with it.</summary>
    public async ValueTask<Result<string>> RevokeSecret(
        AuditActor by, TenantId tenant, UserId service, string secretId, CancellationToken cancel)
    {
        var ended = await commit.Write<List<SessionEnd>>(
            tenant,
            async (write, token) =>
            {
                if (await write.Execute(Delete, [tenant.Value, service.Value, secretId], token) == 0) return NoSecret;
                AuditTrail.Add(write, AccountEntries.Of(by, AuditActions.RevokeSecret, service, $"secret={secretId}"));
                return await EndSessions.OfSecret(write, by, service, secretId, token);
            },
            cancel);
        if (ended.Refusal is { } refusal) return refusal;

        sessions.Announce(ended.Value);
        return secretId;
    }

    /// <summary>The secrets of an account, the oldest first.</summary>
    public ValueTask<List<ServiceSecretView>> Secrets(TenantId tenant, UserId service, CancellationToken cancel) =>
        database.Query(List, [tenant.Value, service.Value], Map, cancel);

    private async ValueTask<Result<ServiceSecret>> Issue(
        WriteTransaction write, AuditActor by, string service, DateTimeOffset? expiresAt, CancellationToken cancel)
    {
        if (expiresAt <= write.At) return Expired;
        var (secretId, secret) = (ids.NewId(), ids.NewSecret());
        object?[] values =
        [
            write.Tenant.Value, service, secretId, SecretHash.Of(secret), write.At.ToMicroseconds(), by.Caller?.User.Value,
            expiresAt?.ToMicroseconds(),
        ];
        await write.Execute(Insert, values, cancel);
        AuditTrail.Add(write, AccountEntries.Of(by, AuditActions.AddSecret, new UserId(service), $"secret={secretId}"));
        return new ServiceSecret(service, secretId, secret, expiresAt);
    }

    private static ServiceSecretView Map(DbDataReader row) => new(
        row.GetString(0),
        Instant.FromMicroseconds(row.GetInt64(1)),
        row.IsDBNull(2) ? null : row.GetString(2),
        row.IsDBNull(3) ? null : Instant.FromMicroseconds(row.GetInt64(3)));

    private static readonly Refusal NoService = new(RefusalKind.NotFound, "service_not_found", "There is no such service account.");

    private static readonly Refusal NoSecret = new(RefusalKind.NotFound, "secret_not_found", "The service account has no such secret.");

    private static readonly Refusal TooManySecrets = new(
        RefusalKind.Conflict, "too_many_secrets", $"A service account has at most {MaxSecrets} secrets: revoke one first.");

    private static readonly Refusal Expired = new(RefusalKind.Unprocessable, "invalid_expiry", "A secret ends in the future.");

    private static readonly Statement Count = new("""
        select
          (select count(*) from access_user where tenant_id = @tenant_id and user_id = @user_id and role = 'service'
            and user_id not in (select app_id from access_app where tenant_id = @tenant_id)),
          (select count(*) from access_service_secret where tenant_id = @tenant_id and user_id = @user_id)
        """);

    private static readonly Statement Insert = new("""
        insert into access_service_secret (tenant_id, user_id, secret_id, secret_hash, created_at, created_by, expires_at)
        values (@tenant_id, @user_id, @secret_id, @secret_hash, @created_at, @created_by, @expires_at)
        """);

    private static readonly Statement Delete = new("""
        delete from access_service_secret
        where tenant_id = @tenant_id
          and user_id = @user_id
          and secret_id = @secret_id
        """);

    private static readonly Statement List = new("""
        select secret_id, created_at, created_by, expires_at
        from access_service_secret
        where tenant_id = @tenant_id
          and user_id = @user_id
        order by created_at, secret_id
        """);
}

/// <summary>A service account to be made.</summary>
public sealed record NewServiceAccount(string Name)
{
    /// <summary>An id of the operator's choice; otherwise one is made. It is the client id.</summary>
    public string? Id { get; init; }

    /// <inheritdoc cref="Caller.SeesLabels"/>
    public Sensitivity SeesLabels { get; init; }

    /// <summary>When the first secret ends; null: when it is revoked.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}
