using System.Data.Common;
using Vagus.Access.Sessions;
using Vagus.Access.Vault;
using Vagus.Identity.Doors;
using Vagus.Identity.People;
using Vagus.Identity.Sessions;
using Vagus.Identity.Tokens;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.SigningIn;

/// <summary>How a refresh ended: with a new token, or because the old one was used twice, with the end of its session.</summary>
internal abstract record Rotation
{
    public sealed record Granted(UserRow User, SessionId Session, SignInProof Proof, string RefreshToken) : Rotation;

    public sealed record Reused(SessionEnd? End) : Rotation;
}

/// <summary>
/// Spends a refresh token for its successor in one conditional statement. A spent token that is shown again is either a repeated request
/// whose answer was lost (same client, within ten seconds, successor untouched), which gets the same successor, or shows that a copy
/// exists: then the session ends for both.
/// </summary>
internal sealed class RotateRefreshToken(Database database, GroupCommit commit, RootKey root, IdentityOptions options, IdSource ids)
{
    public static readonly TimeSpan RetryWindow = TimeSpan.FromSeconds(10);

    public ValueTask<Result<Rotation>> Spend(string token, ClientFacts client, CancellationToken cancel) =>
        Spend(token, client, application: "", cancel);

    /// <param name="application">The application that shows the token; empty: our own, which takes no token of an application.</param>
    public async ValueTask<Result<Rotation>> Spend(string token, ClientFacts client, string application, CancellationToken cancel)
    {
        if (token.Length != RefreshToken.Length) return Refusals.InvalidRefresh;

        var hash = SecretHash.Of(token);
        var tenant = await database.QueryOne(FindTenant, [hash], row => row.GetString(0), cancel);
        if (tenant is null) return Refusals.InvalidRefresh;
        return await commit.Write<Rotation>(
            new TenantId(tenant), (write, cancelled) => Spend(write, hash, client, application, cancelled), cancel);
    }

    private async ValueTask<Result<Rotation>> Spend(
        WriteTransaction write, string hash, ClientFacts client, string application, CancellationToken cancel)
    {
        var successor = ids.NewSecret();
        var at = write.At.ToMicroseconds();
        var spent = await write.Execute(
            SpendOnce,
            [at, SecretHash.Of(successor), RefreshToken.Seal(root, hash, successor), write.Tenant.Value, hash, application],
            cancel);
        var row = await write.QueryOne(Find, [write.Tenant.Value, hash, application], Map, cancel);
        if (row is null || row.User.Disabled) return Refusals.InvalidRefresh;
        return spent == 1 ? await Continue(write, row, hash, successor, client, cancel) : await Judge(write, row, hash, client, cancel);
    }

    private async ValueTask<Result<Rotation>> Continue(
        WriteTransaction write, TokenRow row, string hash, string successor, ClientFacts client, CancellationToken cancel)
    {
        var (idle, end) = row.Renewal is { } renewal
            ? (write.At + renewal, write.At + renewal) : (write.At + options.RefreshIdle, row.SessionExpiresAt);
        RefreshToken.Add(write, row.Session.Value, successor, hash, client.Hash, (idle, end));
        await write.Queue(Touch, [write.At.ToMicroseconds(), write.Tenant.Value, row.Session.Value], cancel);
        if (row.Renewal is not null) await write.Queue(Renew, [end.ToMicroseconds(), write.Tenant.Value, row.Session.Value], cancel);
        return new Rotation.Granted(row.User, row.Session, row.Proof, successor);
    }

    /// <summary>The token could not be spent: it ran out, its session is over, or it was spent before.</summary>
    private async ValueTask<Result<Rotation>> Judge(
        WriteTransaction write, TokenRow row, string hash, ClientFacts client, CancellationToken cancel)
    {
        if (row.UsedAt is not { } usedAt || !row.SessionLives(write.At)) return Refusals.InvalidRefresh;

        var repeats = write.At - usedAt <= RetryWindow && row.ClientHash == client.Hash && !row.SuccessorUsed;
        if (repeats && row.SuccessorSealed is { } wrapped)
            return new Rotation.Granted(row.User, row.Session, row.Proof, RefreshToken.Open(root, hash, wrapped));

        // A value and not a refusal: the end of the session must be committed.
        return new Rotation.Reused(
            await EndSessions.One(write, client.Actor, row.User.User, row.Session, EndReason.RefreshReused, cancel));
    }

    private static TokenRow Map(DbDataReader row)
    {
        const int first = UserRow.ColumnCount;
        return new TokenRow
        {
            User = UserRow.Map(row),
            Session = new SessionId(row.GetString(first)),
            SessionExpiresAt = Instant.FromMicroseconds(row.GetInt64(first + 1)),
            SessionEnded = !row.IsDBNull(first + 2),
            ClientHash = row.GetString(first + 3),
            UsedAt = row.IsDBNull(first + 4) ? null : Instant.FromMicroseconds(row.GetInt64(first + 4)),
            SuccessorSealed = row.IsDBNull(first + 5) ? null : (byte[])row.GetValue(first + 5),
            SuccessorUsed = !row.IsDBNull(first + 6),
            SessionEndsAt = Instant.FromMicroseconds(row.GetInt64(first + 7)),
            Proof = new SignInProof(Instant.FromMicroseconds(row.GetInt64(first + 8)), row.GetString(first + 9)),
            Renewal = row.IsDBNull(first + 10) ? null : TimeSpan.FromMicroseconds(row.GetInt64(first + 10)),
        };
    }

    private sealed record TokenRow
    {
        public required UserRow User { get; init; }

        public required SessionId Session { get; init; }

        public required DateTimeOffset SessionExpiresAt { get; init; }

        public required bool SessionEnded { get; init; }

        public required string ClientHash { get; init; }

        public DateTimeOffset? UsedAt { get; init; }

        public byte[]? SuccessorSealed { get; init; }

        public required bool SuccessorUsed { get; init; }

        /// <summary>The end without a further action of the user: a refresh is none.</summary>
        public required DateTimeOffset SessionEndsAt { get; init; }

        public required SignInProof Proof { get; init; }

        /// <summary>By how much each use moves the end of the session: an application with offline access. Null: not at all.</summary>
        public TimeSpan? Renewal { get; init; }

        public bool SessionLives(DateTimeOffset at) => !SessionEnded && SessionEndsAt > at;
    }

    private static readonly Statement FindTenant = new("""
        select tenant_id
        from access_refresh
        where token_hash = @token_hash
        """);

    private static readonly Statement SpendOnce = new("""
        update access_refresh
        set used_at = @at, successor_hash = @successor_hash, successor_sealed = @successor_sealed
        where tenant_id = @tenant_id
          and token_hash = @token_hash
          and used_at is null
          and idle_expires_at > @at
          and exists (
            select 1
            from access_session s
            join access_user u on u.tenant_id = s.tenant_id and u.user_id = s.user_id and u.role = s.role
            where s.tenant_id = access_refresh.tenant_id
              and s.session_id = access_refresh.session_id
              and s.ended_at is null
              and s.ends_at > @at
              and not u.disabled
              and coalesce(s.app_id, '') = @application
          )
        """);

    private static readonly Statement Find = new($"""
        select {UserRow.Columns}, s.session_id, s.expires_at, s.ended_at, r.client_hash, r.used_at, r.successor_sealed, n.used_at,
               s.ends_at, s.authenticated_at, s.methods, s.renewal
        from access_refresh r
        join access_session s on s.tenant_id = r.tenant_id and s.session_id = r.session_id
        join access_user u on u.tenant_id = s.tenant_id and u.user_id = s.user_id
        left join access_refresh n on n.tenant_id = r.tenant_id and n.token_hash = r.successor_hash
        where r.tenant_id = @tenant_id
          and r.token_hash = @token_hash
          and coalesce(s.app_id, '') = @application
        """);

    private static readonly Statement Touch = new("""
        update access_session
        set seen_at = @seen_at
        where tenant_id = @tenant_id
          and session_id = @session_id
        """);

    private static readonly Statement Renew = new("""
        update access_session
        set expires_at = @end, ends_at = @end
        where tenant_id = @tenant_id
          and session_id = @session_id
        """);
}
